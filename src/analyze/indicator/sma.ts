import { mean, slide } from '../sliding.ts'
import type { Indicator } from './indicator.ts'

/** The mean of the newest `period` values. */
export const sma = (period: number): Indicator<readonly number[], number, number> => ({
  init: () => [],
  add: (values, value) => slide(values, value, period),
  value: values => (values.length < period ? null : mean(values))
})
