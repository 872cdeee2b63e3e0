import type { Front, OpenFront } from '../../exchange/front.ts'
import { createVenue } from '../../exchange/venue.ts'
import type { Delivered } from '../../market/market.ts'
import { createDerivedStreams } from './derived-streams.ts'
import type { Dialect } from './dialects/dialect.ts'
import { createRest } from './rest.ts'
import { createSockets, type Sockets } from './sockets.ts'

/** Each print goes out as an aggregate too. */
const createDelivery = (dialect: Dialect, sockets: Sockets) => {
  const send = (stream: string, data: () => string | null, garble: Delivered['garble']): void => {
    const text = garble && data()
    if (!garble) sockets.publish(stream, data)
    else if (text !== null) sockets.publishRaw(stream, garble(`{"stream":"${stream}","data":${text}}`))
  }
  return ({ event, garble }: Delivered): void => {
    const { feed, channel, print, time } = event
    const name = feed.listing.native.toLowerCase()
    const data = (): string | null => {
      const text = event.data()
      return text === null ? null : dialect.streamData(channel, text)
    }
    send(`${name}@${channel}`, data, garble)
    if (print) send(`${name}@aggTrade`, () => dialect.encodeAggregate(feed.listing, print, time), garble)
  }
}

/** Opens one of Binance's markets. */
export const openBinance =
  (dialect: Dialect): OpenFront =>
  (context): Front => {
    const venue = createVenue(context.market, context.surroundings, dialect.countOf)
    const sockets = createSockets(dialect, context)
    const derived = createDerivedStreams(dialect, venue, sockets)
    const deliver = createDelivery(dialect, sockets)
    return {
      sockets: sockets.server,
      onRequest: createRest(dialect.rest, venue, context),
      deliver: happened => {
        for (const one of happened) deliver(one)
      },
      onTime: derived.onTime,
      hasSubscribers: () =>
        [...venue.listed.keys()].every(native =>
          dialect.tradeStreams.some(kind => sockets.hasListeners(`${native.toLowerCase()}@${kind}`))
        )
    }
  }
