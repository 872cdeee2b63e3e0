import { differencesOf, figuresOf, isComplete } from '../../analyze/verification/compare-figures.ts'
import type { Interval } from '../../market/interval.ts'
import type { ExchangeKline } from '../../market/records/feed/exchange-kline.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { checkIds } from './check-ids.ts'
import { type Finding, finding, type OurCandle, type Tally } from './summary.ts'

const NOTHING: readonly Finding[] = []

/** What the exchange has of a window; `odd` where that is no candle to compare with. */
export type TheirWindow = ExchangeKline<Interval> | 'odd'

/** Judges one window, in the order of time; null for who has no candle of it. */
export const judgeWindow = (
  tally: Tally,
  openTime: EpochMs,
  ours: OurCandle | null,
  theirs: TheirWindow | null
): readonly Finding[] => {
  if (ours === null && theirs === null) return NOTHING
  tally.windows++
  if (ours === null) return lack(tally, openTime, theirs === null || theirs === 'odd' ? 0 : (theirs.tradeCount ?? 0))
  const found = [...endRun(tally), ...compare(tally, ours, theirs)]
  const broken = checkIds(tally, ours)
  tally.broken += broken.length
  return [...found, ...broken]
}

const lack = (tally: Tally, openTime: EpochMs, trades: number): readonly Finding[] => {
  tally.run ??= { from: openTime, count: 0, trades: 0 }
  tally.run.count++
  tally.run.trades += trades
  tally.missing++
  tally.lastId = null
  return NOTHING
}

/** Tells of the windows that were missing in a row, once the row has ended. */
export const endRun = (tally: Tally): readonly Finding[] => {
  const { run } = tally
  if (run === null) return NOTHING
  tally.run = null
  const closeTime = epochMs(run.from + run.count * tally.lengthMs)
  const due = `${run.count} candles of ${run.trades} trades`
  return [{ openTime: run.from, closeTime, what: 'missing', ours: 'none', due }]
}

const compare = (tally: Tally, ours: OurCandle, theirs: TheirWindow | null): readonly Finding[] => {
  if (!isComplete(ours)) {
    tally.incomplete.push(ours)
    return NOTHING
  }
  if (theirs === 'odd') {
    tally.uncompared++
    return NOTHING
  }
  if (theirs === null) return surplus(tally, ours)
  const differences = differencesOf(figuresOf(ours), figuresOf(theirs)).filter(
    ({ field }) => !tally.incomparable.includes(field)
  )
  if (differences.length > 0) tally.different++
  else tally.equal++
  return differences.map(({ field, ours: own, theirs: due }) => finding(tally, ours, field, own, due))
}

/** The exchange may leave a window out in which nothing was traded. */
const surplus = (tally: Tally, ours: OurCandle): readonly Finding[] => {
  if (ours.status === 'empty') {
    tally.unlisted++
    return NOTHING
  }
  tally.surplus++
  return [finding(tally, ours, 'surplus', `${ours.tradeCount} trades`, 'no candle')]
}
