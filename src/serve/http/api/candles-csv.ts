import type { Candle } from '../../../market/records/derived/candle.ts'

const COLUMNS = [
  'exchange',
  'symbol',
  'interval',
  'openTime',
  'closeTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'tradeCount',
  'takerBuyVolume',
  'takerBuyQuoteVolume',
  'firstTradeId',
  'lastTradeId',
  'revision',
  'final',
  'status',
  'missing',
  'epoch'
] as const satisfies readonly (keyof Candle)[]

const cell = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

const line = (candle: Candle): string => COLUMNS.map(name => cell(candle[name])).join(',')

/** Candles as CSV, one a line under the names that fields have in JSON; no value needs quotes. */
export const candlesCsv = (candles: readonly Candle[]): string =>
  [COLUMNS.join(','), ...candles.map(line), ''].join('\n')
