import type { Instrument } from '../../../market/instrument.ts'
import { CATEGORIES, categoryOf, nativeName } from '../market.ts'

/** Streams are named as category and topic, `linear publicTrade.BTCUSDT`: each category has its own sockets, and the same topics. */
const streamName = (instrument: Instrument, topic: string): string =>
  `${categoryOf(instrument)} ${topic}.${nativeName(instrument)}`

export const tradeStream = (instrument: Instrument): string => streamName(instrument, 'publicTrade')
export const klineStream = (instrument: Instrument): string => streamName(instrument, 'kline.1')

/** Names of a topic's streams, of which a connection has one. */
export const streamsOfTopic = (topic: string): readonly string[] => CATEGORIES.map(category => `${category} ${topic}`)

const splitStream = (stream: string): readonly string[] => stream.split(' ')

export const route = (stream: string): string => splitStream(stream)[0]!

export const subscribe = (streams: readonly string[], id: number): readonly string[] => [
  JSON.stringify({ op: 'subscribe', args: streams.map(stream => splitStream(stream)[1]), req_id: String(id) })
]
