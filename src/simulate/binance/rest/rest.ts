import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '../../../runtime/observe/log.ts'
import type { Venue } from '../../exchange/venue.ts'
import type { WeightLimit } from '../../exchange/weight-limit.ts'
import { Refusal } from './rest-query.ts'
import { type Route, routes } from './rest-routes.ts'
import { WEIGHT_PER_MINUTE } from './weight-per-minute.ts'

type Answer = { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }

const refused = ({ status, code, message }: Refusal): Answer => ({
  status,
  body: JSON.stringify({ code, msg: message })
})

const PREFIX = '/api/v3/'

const routeOf = (url: URL): Route => {
  const name = url.pathname.slice(PREFIX.length)
  const route = url.pathname.startsWith(PREFIX) && Object.hasOwn(routes, name) ? routes[name] : undefined
  if (!route) throw new Refusal(-1000, 'Path not found.', 404)
  return route
}

/** Answers `GET` requests; `fails` makes every one of them fail. */
export const createRest = (venue: Venue, limit: WeightLimit, fails: () => boolean, log: Logger) => {
  const weigh = async (url: URL): Promise<Answer> => {
    const route = routeOf(url)
    const { used, retryAfterS } = limit.spend(route.weight(url.searchParams))
    const headers = { 'X-MBX-USED-WEIGHT': String(used), 'X-MBX-USED-WEIGHT-1M': String(used) }
    if (retryAfterS !== null) {
      const message = `Too much request weight used; current limit is ${WEIGHT_PER_MINUTE} request weight per 1 MINUTE.`
      return {
        ...refused(new Refusal(-1003, message, 429)),
        headers: { ...headers, 'Retry-After': String(retryAfterS) }
      }
    }
    try {
      return { status: 200, body: await route.body(venue, url.searchParams), headers }
    } catch (error) {
      if (error instanceof Refusal) return { ...refused(error), headers }
      throw error
    }
  }
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    try {
      if (fails()) throw new Refusal(-1000, 'An unknown error occurred while processing the request.', 503)
      return await weigh(new URL((request.url ?? '/').replace(/^\/+/, '/'), 'http://exchange'))
    } catch (error) {
      if (error instanceof Refusal) return refused(error)
      log.error({ err: error, url: request.url }, 'a request could not be answered')
      return refused(new Refusal(-1000, 'An unknown error occurred while processing the request.', 500))
    }
  }
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body, headers } = await answer(request)
    response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers })
    response.end(body)
  }
}
