import type { IncomingMessage } from 'node:http'
import { type Guard, isAllowedOrigin } from './guard.ts'

type Headers = Readonly<Record<string, string>>

/** What a browser asks before it lets a page of another origin send what a form could not: https://fetch.spec.whatwg.org/#cors-preflight-request */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined

/** What is not sent to every origin is not packed for every client either. */
const VARY = 'accept-encoding, origin'

/** Lets a page of a listed origin read the answer. What depends on the origin says so, whoever asks. */
export const corsHeaders = (request: IncomingMessage, guard: Guard): Headers => {
  if (guard.origins.length === 0) return {}
  if (!isAllowedOrigin(request, guard)) return { vary: VARY }
  return {
    vary: VARY,
    'access-control-allow-origin': request.headers.origin ?? '',
    'access-control-expose-headers': 'retry-after, tickstream-state, tickstream-age-ms'
  }
}

/** What such a page may send. No cookie is ever looked at, so none is allowed. */
export const PREFLIGHT: Headers = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
  'access-control-allow-headers': 'authorization, content-type, last-event-id',
  'access-control-max-age': '600'
}
