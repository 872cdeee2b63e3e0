import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FrontContext } from '../../exchange/front.ts'
import type { Venue } from '../../exchange/venue.ts'
import { createWeightLimit } from '../../exchange/weight-limit.ts'
import type { Dialect } from './dialects/dialect.ts'
import { Refusal } from './rest/rest-query.ts'
import type { Route } from './rest/route.ts'

type Answer = { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }

const refused = ({ status, code, message }: Refusal): Answer => ({
  status,
  body: JSON.stringify({ code, msg: message })
})

const routeOf = ({ prefix, routes }: Dialect['rest'], url: URL): Route => {
  const name = url.pathname.slice(prefix.length)
  const route = url.pathname.startsWith(prefix) && Object.hasOwn(routes, name) ? routes[name] : undefined
  if (!route) throw new Refusal(-1000, 'Path not found.', 404)
  return route
}

/** Answers `GET` requests. */
export const createRest = (dialect: Dialect['rest'], venue: Venue, { clock, log, restIsDown }: FrontContext) => {
  const { weightPerMinute } = dialect
  const limit = createWeightLimit(clock, { max: weightPerMinute, perMs: 60_000 })
  const weigh = async (url: URL): Promise<Answer> => {
    const route = routeOf(dialect, url)
    const { used, retryAfterS } = limit.spend(route.weight(url.searchParams))
    const headers = { 'X-MBX-USED-WEIGHT': String(used), 'X-MBX-USED-WEIGHT-1M': String(used) }
    if (retryAfterS !== null) {
      const message = `Too much request weight used; current limit is ${weightPerMinute} request weight per 1 MINUTE.`
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
      if (restIsDown()) throw new Refusal(-1000, 'An unknown error occurred while processing the request.', 503)
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
