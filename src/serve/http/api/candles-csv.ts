import { CANDLE, type Candle } from '../../../market/records/derived/candle.ts'
import { namesOf } from '../../../market/records/fields.ts'

const COLUMNS = namesOf(CANDLE.fields)

const cell = (value: unknown): string => (Array.isArray(value) ? value.join(' ') : String(value ?? ''))

const line = (candle: Candle): string => COLUMNS.map(name => cell(candle[name])).join(',')

/** Candles as CSV, one a line under the names that fields have in JSON; no value needs quotes. */
export const candlesCsv = (candles: readonly Candle[]): string =>
  [COLUMNS.join(','), ...candles.map(line), ''].join('\n')
