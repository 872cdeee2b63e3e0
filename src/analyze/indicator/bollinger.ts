import { mean, slide } from '../sliding.ts'
import type { Indicator } from './indicator.ts'

export type Bollinger = { readonly upper: number; readonly middle: number; readonly lower: number }

const populationDeviation = (values: readonly number[], middle: number): number => {
  let squares = 0
  for (const value of values) squares += (value - middle) ** 2
  return Math.sqrt(squares / values.length)
}

/**
 * The mean of the newest `period` values, and `width` population deviations above and below (Bollinger on Bollinger Bands, 2001;
 * TA-Lib's BBANDS). Equal prices have bands of width 0.
 */
export const bollinger = (period: number, width: number): Indicator<readonly number[], number, Bollinger> => ({
  init: () => [],
  add: (values, value) => slide(values, value, period),
  value: values => {
    if (values.length < period) return null
    const middle = mean(values)
    const reach = width * populationDeviation(values, middle)
    return { upper: middle + reach, middle, lower: middle - reach }
  }
})
