import { rememberedHere, rememberHere } from '../browser/memory.ts'
import { createStore } from './store.ts'

/** What was wrong with a request, as the gateway says it (RFC 9457). */
export class ApiError extends Error {
  readonly status: number
  readonly errors: readonly { readonly field: string; readonly detail: string }[]
  constructor(status: number, message: string, errors: ApiError['errors'] = []) {
    super(message)
    this.status = status
    this.errors = errors
  }
}

/** Parameters of a request; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>

/** True while the gateway wants a token that it has not been given. */
export const isTokenWanted = createStore(false)

export const token = (): string | null => rememberedHere('token')

export const setToken = (text: string): void => {
  rememberHere('token', text)
  isTokenWanted.set(false)
}

const urlOf = (path: string, query: Query): string => {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

const headersOf = (more: Readonly<Record<string, string>>): Record<string, string> => {
  const bearer = token()
  return bearer === null ? { ...more } : { ...more, authorization: `Bearer ${bearer}` }
}

const problemOf = async (answer: Response): Promise<ApiError> => {
  const problem = await answer.json().catch(() => ({}))
  const said = problem.detail ?? problem.title ?? `the gateway answered ${answer.status}`
  return new ApiError(answer.status, said, problem.errors ?? [])
}

const ask = async (url: string, request: RequestInit): Promise<Response> => {
  const answer = await fetch(url, request)
  if (answer.ok) return answer
  if (answer.status === 401) isTokenWanted.set(true)
  throw await problemOf(answer)
}

/** Asks for records; what the gateway answers is of the type that its schema says. */
export const getJson = async <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> => {
  const answer = await ask(urlOf(path, query), { headers: headersOf({}), ...(signal ? { signal } : {}) })
  return answer.json()
}

/** Asks for a file. */
export const getBlob = async (path: string, query: Query): Promise<Blob> =>
  (await ask(urlOf(path, query), { headers: headersOf({ accept: 'text/csv' }) })).blob()

/** Sends a record and resolves to the answer, if there is one. */
export const sendJson = async <T>(method: 'POST' | 'PUT', path: string, body: unknown): Promise<T> => {
  const headers = headersOf({ 'content-type': 'application/json' })
  return (await ask(path, { method, headers, body: JSON.stringify(body) })).json()
}

export const sendDelete = async (path: string): Promise<void> => {
  await ask(path, { method: 'DELETE', headers: headersOf({}) })
}
