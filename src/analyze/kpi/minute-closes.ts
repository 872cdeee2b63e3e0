import { INTERVAL_MS } from '../../market/interval.ts'
import { type Macd, type MacdState, macd } from '../indicator/macd.ts'

/** MACD 12/26/9 over the closes of final 1m candles, its newest minutes kept apart so that a revision recomputes from there. */
export type MinuteCloses = {
  /** All minutes before the kept ones, folded. Revisions of them come too late. */
  readonly base: Folded | null
  /** Open time and close of the newest minutes, ascending. */
  readonly kept: readonly MinuteClose[]
}

type MinuteClose = readonly [openTime: number, close: number]
/** `next`: when the last folded minute closed, and the next one must have opened. */
type Folded = { readonly state: MacdState; readonly next: number }

const MINUTE_MS = INTERVAL_MS['1m']
/** Fifteen minutes in which a candle is revised, and five that candles may be ahead of the tickers. */
const KEPT_MS = 20 * MINUTE_MS

const line = macd(12, 26, 9)

export const NO_CLOSES: MinuteCloses = { base: null, kept: [] }

/** After a hole the warm-up begins anew: a mean over minutes that do not follow each other is no mean of anything. */
const fold = (folded: Folded | null, [openTime, close]: MinuteClose): Folded => ({
  state: line.add(folded?.next === openTime ? folded.state : line.init(), close),
  next: openTime + MINUTE_MS
})

/** Takes the close of a minute, or corrects it. Open times are epoch milliseconds; a minute that is folded already stays as it is. */
export const addClose = (of: MinuteCloses, openTime: number, close: number): MinuteCloses => {
  if (of.base && openTime < of.base.next) return of
  const before = of.kept.filter(([time]) => time < openTime)
  const after = of.kept.filter(([time]) => time > openTime)
  const all: readonly MinuteClose[] = [...before, [openTime, close], ...after]
  const from = Math.max(...all.map(([time]) => time)) - KEPT_MS
  return {
    base: all.filter(([time]) => time <= from).reduce(fold, of.base),
    kept: all.filter(([time]) => time > from)
  }
}

/** MACD over the minutes that had closed at `time`; null while it warms up, and for times before the kept minutes. */
export const macdAt = ({ base, kept }: MinuteCloses, time: number): Macd | null => {
  if (base && base.next > time) return null
  const folded = kept.filter(([openTime]) => openTime + MINUTE_MS <= time).reduce(fold, base)
  return folded && line.value(folded.state)
}
