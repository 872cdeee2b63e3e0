import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FrontContext } from '../exchange/front.ts'
import type { Venue } from '../exchange/venue.ts'
import { createWeightLimit } from '../exchange/weight-limit.ts'
import type { VenueAnswer, VenueProtocol } from './venue-protocol.ts'

const MAX_BODY_BYTES = 65_536

/** The text that came with a request; cut where it is longer than any venue takes. */
const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) if (text.length < MAX_BODY_BYTES) text += String(chunk)
  return text
}

/** Answers requests as the venue does. */
export const createVenueRest = ({ rest }: VenueProtocol, venue: Venue, { clock, log, restIsDown }: FrontContext) => {
  const limit = createWeightLimit(clock, rest.limit)
  const answer = async (request: IncomingMessage): Promise<VenueAnswer> => {
    if (restIsDown()) return rest.outOfOrder
    const url = new URL((request.url ?? '/').replace(/^\/+/, '/'), 'http://exchange')
    const asked = { url, body: await bodyOf(request) }
    const { used, retryAfterS } = limit.spend(rest.costOf(asked))
    const answered = retryAfterS === null ? await rest.answer(asked, venue) : rest.tooMany(retryAfterS)
    return { ...answered, headers: { ...rest.headers?.(used), ...answered.headers } }
  }
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body, headers } = await answer(request).catch((error: unknown) => {
      log.error({ err: error, url: request.url }, 'a request could not be answered')
      return rest.outOfOrder
    })
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body)
  }
}
