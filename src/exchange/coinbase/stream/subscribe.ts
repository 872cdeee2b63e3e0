import type { Instrument } from '../../../market/instrument.ts'
import { productId } from '../product-id.ts'

/** Streams are named as channel and product: `matches BTC-USD`. */
export const streamName = (channel: string, product: string): string => `${channel} ${product}`

export const tradeStream = (of: Instrument): string => streamName('matches', productId(of))

/** It has no stream of candles: what tells the time, also of an instrument that nobody trades, says when they are due. */
export const klineStream = (of: Instrument): string => streamName('heartbeat', productId(of))

/** With the matches come heartbeats, which tell of the newest trade each second. */
const CHANNELS: Readonly<Record<string, readonly string[]>> = {
  matches: ['matches', 'heartbeat'],
  heartbeat: ['heartbeat']
}

/** The answers repeat no number. */
export const subscribe = (streams: readonly string[]): readonly string[] => {
  const named = streams.map(stream => stream.split(' ') as [string, string])
  return [...Map.groupBy(named, ([channel]) => channel)].map(([channel, of]) =>
    JSON.stringify({ type: 'subscribe', product_ids: of.map(([, product]) => product), channels: CHANNELS[channel] })
  )
}
