import { differencesOf, figuresOf, isComplete } from '../../analyze/verification/compare-figures.ts'
import type { Interval } from '../../market/interval.ts'
import type { ExchangeKline } from '../../market/records/feed/exchange-kline.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { checkIds } from './check-ids.ts'
import { type ComputedCandle, type Mismatch, mismatch, type Summary } from './summary.ts'

const NOTHING: readonly Mismatch[] = []

/** What the exchange has of a window; `odd` where that is no candle to compare with. */
export type ReferenceWindow = ExchangeKline<Interval> | 'odd'

/** Judges one window, in the order of time; null for who has no candle of it. */
export const compareWindow = (
  summary: Summary,
  openTime: EpochMs,
  computed: ComputedCandle | null,
  reference: ReferenceWindow | null
): readonly Mismatch[] => {
  if (computed === null && reference === null) return NOTHING
  summary.windows++
  if (computed === null)
    return lack(summary, openTime, reference === null || reference === 'odd' ? 0 : (reference.tradeCount ?? 0))
  const found = [...endRun(summary), ...compare(summary, computed, reference)]
  const broken = checkIds(summary, computed)
  summary.broken += broken.length
  return [...found, ...broken]
}

const lack = (summary: Summary, openTime: EpochMs, trades: number): readonly Mismatch[] => {
  summary.run ??= { from: openTime, count: 0, trades: 0 }
  summary.run.count++
  summary.run.trades += trades
  summary.missing++
  summary.lastId = null
  return NOTHING
}

/** Tells of the windows that were missing in a row, once the row has ended. */
export const endRun = (summary: Summary): readonly Mismatch[] => {
  const { run } = summary
  if (run === null) return NOTHING
  summary.run = null
  const closeTime = epochMs(run.from + run.count * summary.lengthMs)
  const expected = `${run.count} candles of ${run.trades} trades`
  return [{ openTime: run.from, closeTime, what: 'missing', computed: 'none', expected }]
}

const compare = (
  summary: Summary,
  computed: ComputedCandle,
  reference: ReferenceWindow | null
): readonly Mismatch[] => {
  if (!isComplete(computed)) {
    summary.incomplete.push(computed)
    return NOTHING
  }
  if (reference === 'odd') {
    summary.uncompared++
    return NOTHING
  }
  if (reference === null) return surplus(summary, computed)
  const differences = differencesOf(figuresOf(computed), figuresOf(reference)).filter(
    ({ field }) => !summary.incomparable.includes(field)
  )
  if (differences.length > 0) summary.different++
  else summary.equal++
  return differences.map(({ field, ours, theirs }) => mismatch(summary, computed, field, ours, theirs))
}

/** The exchange may leave a window out in which nothing was traded. */
const surplus = (summary: Summary, computed: ComputedCandle): readonly Mismatch[] => {
  if (computed.status === 'empty') {
    summary.unlisted++
    return NOTHING
  }
  summary.surplus++
  return [mismatch(summary, computed, 'surplus', `${computed.tradeCount} trades`, 'no candle')]
}
