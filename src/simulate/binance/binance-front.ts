import type { Front, OpenFront } from '../exchange/front.ts'
import { createWeightLimit } from '../exchange/weight-limit.ts'
import type { Delivered } from '../faults/faults.ts'
import { createDerivedStreams } from './derived-streams.ts'
import { createRest } from './rest/rest.ts'
import { WEIGHT_PER_MINUTE } from './rest/weight-per-minute.ts'
import { createSockets, type Sockets } from './sockets.ts'

const TRADE_CHANNELS = ['trade', 'aggTrade']

const createDelivery = (sockets: Sockets, derived: ReturnType<typeof createDerivedStreams>) => {
  return ({ event, garble }: Delivered): void => {
    const stream = `${event.feed.listing.native.toLowerCase()}@${event.channel}`
    if (garble) sockets.publishRaw(stream, garble(`{"stream":"${stream}","data":${event.data()}}`))
    else sockets.publish(stream, event.data)
    if (event.print && !garble) derived.onTrade(event.feed, event.print)
  }
}

/** Binance spot. */
export const openBinance: OpenFront = (context): Front => {
  const { venue, clock, log, restIsDown } = context
  const sockets = createSockets(context)
  const derived = createDerivedStreams(venue, sockets)
  const deliver = createDelivery(sockets, derived)
  return {
    sockets: sockets.server,
    onRequest: createRest(venue, createWeightLimit(clock, { max: WEIGHT_PER_MINUTE, perMs: 60_000 }), restIsDown, log),
    deliver: happened => {
      for (const one of happened) deliver(one)
    },
    onTime: derived.onTime,
    isHeard: () =>
      [...venue.listed.keys()].every(native =>
        TRADE_CHANNELS.some(channel => sockets.hasListeners(`${native.toLowerCase()}@${channel}`))
      )
  }
}
