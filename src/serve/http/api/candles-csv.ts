import { CANDLE, type Candle } from '../../../market/records/derived/candle.ts'
import { namesOf } from '../../../market/records/fields.ts'

const COLUMNS = namesOf(CANDLE.fields)

/** An exchange's own id may hold anything. */
const NEEDS_QUOTES = /[",\r\n]/

const cell = (value: unknown): string => {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '')
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const line = (candle: Candle): string => COLUMNS.map(name => cell(candle[name])).join(',')

/** Candles as CSV, one a line under the names that fields have in JSON; lists are parted by blanks. */
export const candlesCsv = (candles: readonly Candle[]): string =>
  [COLUMNS.join(','), ...candles.map(line), ''].join('\n')
