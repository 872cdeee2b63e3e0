import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Tries } from './attempt-limit.ts'
import { Problem } from './problem.ts'

/** Who may ask. */
export type Guard = {
  /** null lets everybody who reaches the gateway. */
  readonly token: string | null
  readonly host: string
  /** Of pages elsewhere that may read the API. */
  readonly origins: readonly string[]
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
/** The name by which a socket that cannot send headers bears its token. */
const BEARER_PROTOCOL = /^bearer\.(.+)$/

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const isSame = (presented: string, token: string): boolean => timingSafeEqual(digest(presented), digest(token))

const nameOf = (hostHeader: string): string => hostHeader.replace(/:\d+$/, '').toLowerCase()

/** Sub-protocols that a socket offers. */
const protocolsOf = ({ headers }: IncomingMessage): readonly string[] =>
  (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)

const tokenIn = (request: IncomingMessage): string | null => {
  const header = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const offered = protocolsOf(request).map(name => BEARER_PROTOCOL.exec(name)?.[1])
  return header ?? offered.find(name => name !== undefined) ?? null
}

/** Whether a page of another origin asks, one that may. */
export const isAllowedOrigin = ({ headers }: IncomingMessage, { origins }: Guard): boolean =>
  headers.origin !== undefined && origins.includes(headers.origin)

const requireOwnPage = ({ headers }: IncomingMessage): void => {
  const { origin } = headers
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== (headers.host ?? ''))
    throw new Problem(403, `a page of ${origin} may not read this gateway; HTTP_CORS_ORIGINS lists those that may`)
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate')
    throw new Problem(403, 'a page of another origin may not read this gateway')
}

/**
 * Refuses what a page of another origin asks for in its reader's name: what bears another origin than those that are listed, and, where
 * no token is wanted, what comes under a name that is not this machine's (a name that an attacker has made to point here).
 */
export const requireOrigin = (request: IncomingMessage, guard: Guard): void => {
  if (!isAllowedOrigin(request, guard)) requireOwnPage(request)
  const asked = request.headers.host ?? ''
  if (guard.token === null && !LOOPBACK.test(nameOf(asked)) && nameOf(asked) !== guard.host.toLowerCase())
    throw new Problem(403, `${JSON.stringify(asked)} is not the name of this gateway; ask 127.0.0.1, or set API_TOKEN`)
}

const wanted = (why: string): Problem =>
  new Problem(401, `${why}: send Authorization: Bearer <API_TOKEN>`, [], { 'www-authenticate': 'Bearer' })

/** Refuses who does not bear the token, where one is wanted; who has tried too many wrong ones, whatever the next one is. */
export const requireToken = (request: IncomingMessage, { token }: Guard, tries: Tries): void => {
  if (token === null) return
  const presented = tokenIn(request)
  if (presented === null) throw wanted('a token is wanted')
  const address = request.socket.remoteAddress ?? ''
  tries.need(address)
  if (isSame(presented, token)) return
  tries.spend(address)
  throw wanted('the token is wrong')
}
