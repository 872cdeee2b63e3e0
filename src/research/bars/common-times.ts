import { TickstreamError } from '../../market/error.ts'
import type { CandleFile } from './candle-file.ts'
import type { CandleRow } from './candle-row.ts'

/** Candles of both at one time. */
export type Both = { readonly a: CandleRow; readonly b: CandleRow }

/**
 * The times that both files have, oldest first; both are read to their ends.
 * Throws `TS-CONFIG` when their candles are of different length.
 */
export async function* commonTimes(a: CandleFile, b: CandleFile): AsyncGenerator<Both> {
  if (a.spacingMs !== b.spacingMs)
    throw new TickstreamError(
      'TS-CONFIG',
      `candles of ${a.path} are ${a.spacingMs / 1_000} s apart, those of ${b.path} ${b.spacingMs / 1_000} s; give two files of one interval`
    )
  let [one, other] = [await a.candles.next(), await b.candles.next()]
  while (!(one.done && other.done)) {
    const [timeA, timeB] = [timeOf(one), timeOf(other)]
    if (!one.done && !other.done && timeA === timeB) yield { a: one.value, b: other.value }
    if (timeA <= timeB) one = await a.candles.next()
    if (timeB <= timeA) other = await b.candles.next()
  }
}

const timeOf = (next: IteratorResult<CandleRow>): number => (next.done ? Number.POSITIVE_INFINITY : next.value.openTime)
