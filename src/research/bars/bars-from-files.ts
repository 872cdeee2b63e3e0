import type { Bar } from '../../analyze/backtest/bar.ts'
import { type Bars, isWithin, type Span } from './bars.ts'
import { openCandleFile, type Reading } from './candle-file.ts'
import type { CandleRow } from './candle-row.ts'
import { commonTimes } from './common-times.ts'

const pricesOf = ({ open, close }: CandleRow): Bar['a'] => ({ open, close })

/** Reads two files of candles. Throws `TS-DATA` that names the place which is wrong. */
export const barsFromFiles = async (pathA: string, pathB: string, span: Span, reading: Reading): Promise<Bars> => {
  const [a, b] = [await openCandleFile(pathA, reading), await openCandleFile(pathB, reading)]
  const bars: Bar[] = []
  for await (const both of commonTimes(a, b)) {
    const { openTime } = both.a
    if (isWithin(span, openTime)) bars.push({ openTime, a: pricesOf(both.a), b: pricesOf(both.b) })
  }
  return { a: a.name, b: b.name, intervalMs: a.spacingMs, bars }
}
