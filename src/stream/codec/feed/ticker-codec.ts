import type { Ticker } from '../../../market/records/feed/ticker.ts'
import { asFields, count, decimal, instrument, orNull, time } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

export const tickerCodec = jsonCodec((value): Ticker => {
  const of = asFields(value)
  return {
    ...instrument(of),
    time: time(of, 'time'),
    receivedAt: time(of, 'receivedAt'),
    open: decimal(of, 'open'),
    high: decimal(of, 'high'),
    low: decimal(of, 'low'),
    close: decimal(of, 'close'),
    bid: orNull(of, 'bid', decimal),
    ask: orNull(of, 'ask', decimal),
    baseVolume: decimal(of, 'baseVolume'),
    quoteVolume: decimal(of, 'quoteVolume'),
    tradeCount: count(of, 'tradeCount')
  }
})
