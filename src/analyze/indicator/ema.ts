import { type Average, follow, NO_AVERAGE } from '../average.ts'
import type { Indicator } from './indicator.ts'

/** The exponential mean of weight 2 / (period + 1), seeded by the plain mean of its first `period` values, as TA-Lib seeds it. */
export const ema = (period: number): Indicator<Average, number, number> => ({
  init: () => NO_AVERAGE,
  add: (state, value) => follow(state, value, period, 2 / (period + 1)),
  value: ({ count, mean }) => (count < period ? null : mean)
})
