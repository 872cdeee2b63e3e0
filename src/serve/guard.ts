import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Problem } from './problem.ts'

/** Who may ask: `token` null lets everybody who reaches the gateway. */
export type Guard = { readonly token: string | null; readonly host: string }

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
/** The name by which a socket that cannot send headers bears its token. */
const BEARER_PROTOCOL = /^bearer\.(.+)$/

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const isSame = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token))

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

/**
 * Refuses what a page of another origin asks for in its reader's name: what bears another origin, and, where no token is wanted, what
 * comes under a name that is not this machine's (a name that an attacker has made to point here).
 */
export const requireSameOrigin = ({ headers }: IncomingMessage, { token, host }: Guard): void => {
  const asked = headers.host ?? ''
  const { origin } = headers
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== asked)
    throw new Problem(403, `a page of ${origin} may not read this gateway`)
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate')
    throw new Problem(403, 'a page of another origin may not read this gateway')
  if (token === null && !LOOPBACK.test(nameOf(asked)) && nameOf(asked) !== host.toLowerCase())
    throw new Problem(403, `${JSON.stringify(asked)} is not the name of this gateway; ask 127.0.0.1, or set API_TOKEN`)
}

/** Refuses who does not bear the token, where one is wanted. */
export const requireToken = (request: IncomingMessage, { token }: Guard): void => {
  if (token === null) return
  const given = tokenIn(request)
  if (given !== null && isSame(given, token)) return
  const why = given === null ? 'a token is wanted' : 'the token is wrong'
  throw new Problem(401, `${why}: send Authorization: Bearer <API_TOKEN>`, [], { 'www-authenticate': 'Bearer' })
}
