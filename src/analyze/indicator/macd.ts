import type { Average } from '../average.ts'
import { ema } from './ema.ts'
import type { Indicator } from './indicator.ts'

export type MacdState = { readonly fast: Average; readonly slow: Average; readonly signal: Average }

/** `signal` and `histogram` are null until the signal line has seen enough of the first. */
export type Macd = { readonly macd: number; readonly signal: number | null; readonly histogram: number | null }

/**
 * The fast exponential mean less the slow one, and an exponential mean of that as the signal.
 * Each mean is seeded by its own first values; TA-Lib's MACD seeds the fast one later, at the slow one's, and meets this one as both forget.
 */
export const macd = (fastPeriod = 12, slowPeriod = 26, signalPeriod = 9): Indicator<MacdState, number, Macd> => {
  const [fast, slow, signal] = [ema(fastPeriod), ema(slowPeriod), ema(signalPeriod)]
  const line = (state: MacdState): number | null => {
    const [near, far] = [fast.value(state.fast), slow.value(state.slow)]
    return near === null || far === null ? null : near - far
  }
  return {
    init: () => ({ fast: fast.init(), slow: slow.init(), signal: signal.init() }),
    add: (state, value) => {
      const moved = { fast: fast.add(state.fast, value), slow: slow.add(state.slow, value), signal: state.signal }
      const level = line(moved)
      return level === null ? moved : { ...moved, signal: signal.add(state.signal, level) }
    },
    value: state => {
      const [level, trigger] = [line(state), signal.value(state.signal)]
      if (level === null) return null
      return { macd: level, signal: trigger, histogram: trigger === null ? null : level - trigger }
    }
  }
}
