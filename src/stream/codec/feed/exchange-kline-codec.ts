import type { ExchangeKline } from '../../../market/records/feed/exchange-kline.ts'
import { asFields, count, decimal, instrument, oneOf, window } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

const INTERVAL = ['1m'] as const

export const exchangeKlineCodec = jsonCodec((value): ExchangeKline => {
  const of = asFields(value)
  return {
    ...instrument(of),
    interval: oneOf(of, 'interval', INTERVAL),
    ...window(of, '1m'),
    open: decimal(of, 'open'),
    high: decimal(of, 'high'),
    low: decimal(of, 'low'),
    close: decimal(of, 'close'),
    volume: decimal(of, 'volume'),
    quoteVolume: decimal(of, 'quoteVolume'),
    tradeCount: count(of, 'tradeCount'),
    takerBuyVolume: decimal(of, 'takerBuyVolume'),
    takerBuyQuoteVolume: decimal(of, 'takerBuyQuoteVolume')
  }
})
