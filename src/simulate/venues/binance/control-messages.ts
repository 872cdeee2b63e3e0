import type { Dialect } from './dialects/dialect.ts'

/** What a connection has asked for. */
export type Subscriptions = {
  readonly streams: ReadonlySet<string>
  /** Messages are wrapped as `{"stream":…,"data":…}`. */
  readonly combined: () => boolean
  readonly wrap: (combined: boolean) => void
  readonly subscribe: (streams: readonly string[]) => void
  readonly unsubscribe: (streams: readonly string[]) => void
}

export const MAX_STREAMS = 1_024

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY']

type Reply = Readonly<Record<string, unknown>>

const invalid = (detail: string): Reply => ({ code: 2, msg: `Invalid request: ${detail}` })

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string'

/** Ids are unsigned whole numbers or texts; none is allowed as well. */
const isId = (id: unknown): boolean =>
  id === undefined || id === null || isText(id) || (Number.isInteger(id) && Number(id) >= 0)

const property = (method: string, params: readonly unknown[], subscriptions: Subscriptions): Reply => {
  const [name, value] = params
  if (!isText(name)) return invalid('property name must be a string')
  if (name !== 'combined') return { code: 0, msg: 'Unknown property' }
  if (method === 'GET_PROPERTY') return { result: subscriptions.combined() }
  if (typeof value !== 'boolean') return { code: 1, msg: 'Invalid value type: expected Boolean' }
  subscriptions.wrap(value)
  return { result: null }
}

const change = (method: string, params: readonly unknown[], subscriptions: Subscriptions): Reply => {
  if (!params.every(isText)) return invalid('invalid type: expected a string as stream name')
  if (method === 'UNSUBSCRIBE') subscriptions.unsubscribe(params)
  else if (new Set([...subscriptions.streams, ...params]).size > MAX_STREAMS) return invalid('too many parameters')
  else subscriptions.subscribe(params)
  return { result: null }
}

const act = (message: Readonly<Record<string, unknown>>, subscriptions: Subscriptions): Reply => {
  const { method, params, id } = message
  if (method === undefined) return invalid('missing field `method`')
  if (!isText(method) || !METHODS.includes(method))
    return invalid(`unknown variant \`${method}\`, expected one of ${METHODS.join(', ')}`)
  if (!isId(id)) return invalid('request ID must be an unsigned integer')
  if (method === 'LIST_SUBSCRIPTIONS') return { result: [...subscriptions.streams] }
  if (!Array.isArray(params)) return invalid('missing field `params`')
  return method.endsWith('PROPERTY') ? property(method, params, subscriptions) : change(method, params, subscriptions)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Does what a control message asks for; returns the exchange's reply as JSON text. */
export const answerControl = (
  text: string,
  subscriptions: Subscriptions,
  { wrapsErrors }: Pick<Dialect, 'wrapsErrors'>
): string => {
  const reply = (answer: Reply, id: object = {}): string =>
    JSON.stringify({ ...(wrapsErrors && 'msg' in answer ? { error: answer } : answer), ...id })
  const message = parse(text)
  if (message === undefined) return reply({ code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' })
  if (!isFields(message)) return reply(invalid('expected an object'))
  return reply(act(message, subscriptions), isId(message.id) ? { id: message.id ?? null } : {})
}
