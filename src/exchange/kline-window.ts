import type { Instrument } from '../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../market/interval.ts'
import type { ExchangeKline } from '../market/records/feed/exchange-kline.ts'
import { type EpochMs, epochMs } from '../market/time.ts'
import { decimal, fail, type Unchecked } from './fields.ts'

/** Of which instrument and time a candle is. */
export type KlineWindow<I extends Interval> = Pick<
  ExchangeKline<I>,
  'exchange' | 'symbol' | 'interval' | 'openTime' | 'closeTime'
>

/** What an exchange does not tell that gives of a candle its prices and volumes alone. */
export const VOLUMES_ALONE = { tradeCount: null, takerBuyVolume: null, takerBuyQuoteVolume: null }

/** The window that begins at `openTime`, which the field `name` says. Throws `TS-DATA` when none does. */
export const klineWindow = <I extends Interval>(
  { exchange, symbol }: Instrument,
  interval: I,
  name: string,
  openTime: EpochMs
): KlineWindow<I> => {
  const lengthMs = INTERVAL_MS[interval]
  if (openTime % lengthMs !== 0) return fail(name, openTime, `the beginning of a candle of ${interval}`)
  return { exchange, symbol, interval, openTime, closeTime: epochMs(openTime + lengthMs) }
}

type Prices = Pick<ExchangeKline, 'open' | 'high' | 'low' | 'close'>

/** The prices of a candle, whose fields bear our names. `read` takes a field's name and value; it throws `TS-DATA` that names a bad one. */
export const klinePrices = (
  { open, high, low, close }: Unchecked<Prices>,
  read: (name: string, value: unknown) => string = decimal
): Prices => ({
  open: read('open', open),
  high: read('high', high),
  low: read('low', low),
  close: read('close', close)
})
