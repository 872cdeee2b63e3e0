import { type Average, followWilder, NO_AVERAGE } from '../average.ts'
import type { Indicator } from './indicator.ts'

export type RsiState = { readonly previous: number | null; readonly gain: Average; readonly loss: Average }

/**
 * Wilder's relative strength index, 0 to 100: 100 · gain / (gain + loss), which is 100 − 100 / (1 + RS) without dividing by a loss of 0.
 * While nothing has moved it is 0/0, hence null; TA-Lib says 0 there, which would read as a fall.
 */
export const rsi = (period: number): Indicator<RsiState, number, number> => ({
  init: () => ({ previous: null, gain: NO_AVERAGE, loss: NO_AVERAGE }),
  add: ({ previous, gain, loss }, value) => {
    if (previous === null) return { previous: value, gain, loss }
    const change = value - previous
    return {
      previous: value,
      gain: followWilder(gain, Math.max(change, 0), period),
      loss: followWilder(loss, Math.max(-change, 0), period)
    }
  },
  value: ({ gain, loss }) => {
    const moved = gain.mean + loss.mean
    return gain.count < period || moved === 0 ? null : (100 * gain.mean) / moved
  }
})
