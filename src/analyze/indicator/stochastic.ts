import type { CandleFigures } from '../candle-figures.ts'
import { mean, slide } from '../sliding.ts'
import type { Indicator } from './indicator.ts'

export type StochasticState = {
  readonly highs: readonly number[]
  readonly lows: readonly number[]
  /** The newest values of %K, null where it was undefined. */
  readonly fast: readonly (number | null)[]
}

/** Both 0 to 100. */
export type Stochastic = { readonly k: number | null; readonly d: number | null }

const isDefined = (value: number | null): value is number => value !== null

/** Where the close stands between the lowest low and the highest high. While those are one price it stands nowhere: 0/0. */
const place = (highs: readonly number[], lows: readonly number[], close: number): number | null => {
  let [top, bottom] = [close, close]
  for (const high of highs) if (high > top) top = high
  for (const low of lows) if (low < bottom) bottom = low
  return top === bottom ? null : (100 * (close - bottom)) / (top - bottom)
}

/**
 * Lane's fast stochastic: %K over `period` candles, %D the mean of its newest `smooth` values; TA-Lib's STOCHF.
 * Where a %K is undefined it is null, and so is each %D that would take it in; TA-Lib says 0, which would read as a lowest close.
 */
export const stochastic = (
  period: number,
  smooth: number
): Indicator<StochasticState, Pick<CandleFigures, 'high' | 'low' | 'close'>, Stochastic> => ({
  init: () => ({ highs: [], lows: [], fast: [] }),
  add: (state, { high, low, close }) => {
    const [highs, lows] = [slide(state.highs, high, period), slide(state.lows, low, period)]
    const fast = highs.length < period ? state.fast : slide(state.fast, place(highs, lows, close), smooth)
    return { highs, lows, fast }
  },
  value: ({ fast }) => {
    if (fast.length === 0) return null
    const known = fast.filter(isDefined)
    return { k: fast.at(-1) ?? null, d: known.length < smooth ? null : mean(known) }
  }
})
