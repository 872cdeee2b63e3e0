import { INTERVAL_MS } from '../market/interval.ts'
import { MAX_WINDOW } from '../market/records/alert/alert-rule.ts'
import type { Candle } from '../market/records/derived/candle.ts'

/** What windows need of a final 1m candle. */
export type CandleRow = { readonly openTime: number; readonly close: number; readonly volume: number }

/** The newest candles of an instrument, ascending. */
export type CandleRows = CandleRow[]

/** A window, and the candle before it. */
const MAX_ROWS = MAX_WINDOW + 1
const CANDLES_PER_CHUNK = 50

/** Rows are stored in chunks of consecutive times. */
export const rowChunk = (openTime: number): number => Math.floor(openTime / INTERVAL_MS['1m'] / CANDLES_PER_CHUNK)

/** Adds a candle or corrects one, and says which chunks are to be stored for it; one of which a part is needed is left as it is. */
export const putRow = (rows: CandleRows, { openTime, close, volume }: Candle): ReadonlySet<number> => {
  const after = rows.findLastIndex(row => row.openTime <= openTime)
  const isKnown = rows[after]?.openTime === openTime
  rows.splice(isKnown ? after : after + 1, isKnown ? 1 : 0, { openTime, close: Number(close), volume: Number(volume) })
  const gone = rows.splice(0, Math.max(0, rows.length - MAX_ROWS)).map(row => rowChunk(row.openTime))
  const oldest = rowChunk(rows[0]?.openTime ?? openTime)
  return new Set([rowChunk(openTime), ...gone.filter(chunk => chunk !== oldest)])
}

/** Rows from their stored chunks, in any order; a chunk may still hold what was dropped. */
export const restoreRows = (stored: readonly CandleRow[]): CandleRows =>
  stored.toSorted((a, b) => a.openTime - b.openTime).slice(-MAX_ROWS)
