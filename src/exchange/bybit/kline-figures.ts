import { decimal, type Unchecked } from '../fields.ts'
import { klinePrices, VOLUMES_ALONE } from '../kline-window.ts'
import type { BybitKline } from './wire.ts'

/** What a candle of Bybit says of its minute: neither a count of trades nor who took. */
export const klineFigures = (data: Unchecked<BybitKline>) => ({
  ...klinePrices(data),
  volume: decimal('volume', data.volume),
  quoteVolume: decimal('turnover', data.turnover),
  ...VOLUMES_ALONE
})
