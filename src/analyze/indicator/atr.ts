import { type Average, followWilder, NO_AVERAGE } from '../average.ts'
import type { CandleFigures } from '../candle-figures.ts'
import type { Indicator } from './indicator.ts'

export type AtrState = { readonly previousClose: number | null; readonly range: Average }

/** Wilder's average true range. A true range needs the close before it, so the first candle has none, as in TA-Lib. */
export const atr = (period: number): Indicator<AtrState, Pick<CandleFigures, 'high' | 'low' | 'close'>, number> => ({
  init: () => ({ previousClose: null, range: NO_AVERAGE }),
  add: ({ previousClose, range }, { high, low, close }) => {
    if (previousClose === null) return { previousClose: close, range }
    const trueRange = Math.max(high, previousClose) - Math.min(low, previousClose)
    return { previousClose: close, range: followWilder(range, trueRange, period) }
  },
  value: ({ range }) => (range.count < period ? null : range.mean)
})
