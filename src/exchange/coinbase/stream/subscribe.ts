import type { Instrument } from '../../../market/instrument.ts'
import { productId } from '../product-id.ts'

/** Streams are named as channel and product: `matches BTC-USD`. */
export const streamName = (channel: string, product: string): string => `${channel} ${product}`

export const tradeStream = (instrument: Instrument): string => streamName('matches', productId(instrument))

/** It has no stream of candles: what tells the time, also of an instrument that nobody trades, says when they are due. */
export const klineStream = (instrument: Instrument): string => streamName('heartbeat', productId(instrument))

/** With the matches come heartbeats, which tell of the newest trade each second. */
const CHANNELS: Readonly<Record<string, readonly string[]>> = {
  matches: ['matches', 'heartbeat'],
  heartbeat: ['heartbeat']
}

/** The answers repeat no number. */
export const subscribe = (streams: readonly string[]): readonly string[] => {
  const named = streams.map(stream => stream.split(' ') as [string, string])
  return [...Map.groupBy(named, ([channel]) => channel)].map(([channel, group]) =>
    JSON.stringify({ type: 'subscribe', product_ids: group.map(([, product]) => product), channels: CHANNELS[channel] })
  )
}
