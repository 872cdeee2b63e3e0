import type { CandleFigures } from '../candle-figures.ts'
import { type CompensatedSum, plus, total, ZERO_SUM } from '../compensated-sum.ts'
import type { Indicator } from './indicator.ts'

export type ObvState = { readonly previousClose: number | null; readonly balance: CompensatedSum }

/**
 * On-balance volume (Granville, 1963), 0 at the first candle: a higher close adds the candle's volume, a lower one takes it away. It begins behind
 * candles of an exchange that do not tell their volume.
 */
export const obv = (): Indicator<ObvState, Pick<CandleFigures, 'close' | 'volume'>, number> => ({
  init: () => ({ previousClose: null, balance: ZERO_SUM }),
  add: ({ previousClose, balance }, { close, volume }) => {
    if (volume === null) return { previousClose: null, balance: ZERO_SUM }
    const change = previousClose === null ? 0 : Math.sign(close - previousClose) * volume
    return { previousClose: close, balance: plus(balance, change) }
  },
  value: ({ previousClose, balance }) => (previousClose === null ? null : total(balance))
})
