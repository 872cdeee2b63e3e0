import type { Instrument } from '../../../market/instrument.ts'
import { productId } from '../product-id.ts'

const CHANNEL = 'matches'

/** `matches BTC-USD` */
export const streamName = (product: string): string => `${CHANNEL} ${product}`

export const tradeStream = (of: Instrument): string => streamName(productId(of))

/** With the matches come heartbeats, which tell of the newest trade each second. The answers repeat no number. */
export const subscribe = (streams: readonly string[]): readonly string[] => [
  JSON.stringify({
    type: 'subscribe',
    product_ids: streams.map(stream => stream.slice(CHANNEL.length + 1)),
    channels: [CHANNEL, 'heartbeat']
  })
]
