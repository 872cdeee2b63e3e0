import { INTERVAL_MS, windowStart } from '../../market/interval.ts'
import type { CandleFigures } from '../candle-figures.ts'
import { type CompensatedSum, plus, total, ZERO_SUM } from '../compensated-sum.ts'
import type { Indicator } from './indicator.ts'

/** `day`: the 00:00 UTC that the sums began at, in epoch milliseconds; `quote`: null where a candle of that day did not tell. */
export type VwapState = {
  readonly day: number | null
  readonly quote: CompensatedSum | null
  readonly base: CompensatedSum
}

/**
 * What was paid since 00:00 UTC over what was bought: Σ quoteVolume / Σ volume, from the trades themselves and not from typical prices.
 * null while nothing was traded that day, and where a candle of it does not tell both volumes: a guess would go on all day.
 */
export const vwap = (): Indicator<VwapState, Pick<CandleFigures, 'openTime' | 'volume' | 'quoteVolume'>, number> => ({
  init: () => ({ day: null, quote: ZERO_SUM, base: ZERO_SUM }),
  add: (state, { openTime, volume, quoteVolume }) => {
    const day = windowStart(openTime, INTERVAL_MS['1d'])
    const isNew = day !== state.day
    const quote = isNew ? ZERO_SUM : state.quote
    return {
      day,
      quote: quote === null || quoteVolume === null || volume === null ? null : plus(quote, quoteVolume),
      base: plus(isNew ? ZERO_SUM : state.base, volume ?? 0)
    }
  },
  value: ({ quote, base }) => (quote === null || total(base) === 0 ? null : total(quote) / total(base))
})
