import type { Instrument } from '../../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../../market/interval.ts'
import type { ExchangeKline } from '../../../market/records/feed/exchange-kline.ts'
import { type EpochMs, epochMs } from '../../../market/time.ts'
import type { ExchangeEvent } from '../../exchange.ts'
import { decimal, exactly, fail, isFields, time, type Unchecked, wholeNumber } from '../../fields.ts'
import type { BinanceKline } from '../wire.ts'

type Window<I extends Interval> = Pick<ExchangeKline<I>, 'exchange' | 'symbol' | 'interval' | 'openTime' | 'closeTime'>

/** The window from `open` to `close`, which is its last millisecond. Throws `TS-DATA` when it is none. */
export const windowOf = <I extends Interval>(
  of: Instrument,
  interval: I,
  open: { readonly name: string; readonly value: unknown },
  close: { readonly name: string; readonly value: unknown },
  receivedAt: EpochMs
): Window<I> => {
  const lengthMs = INTERVAL_MS[interval]
  const openTime = time(open.name, open.value, receivedAt)
  if (openTime % lengthMs !== 0) return fail(open.name, open.value, `the beginning of a candle of ${interval}`)
  const last = time(close.name, close.value, receivedAt)
  if (last !== openTime + lengthMs - 1)
    return fail(close.name, close.value, `the end of a candle of ${interval} that begins at ${openTime}`)
  return { exchange: of.exchange, symbol: of.symbol, interval, openTime, closeTime: epochMs(last + 1) }
}

const isClosed = (value: unknown): boolean => (typeof value === 'boolean' ? value : fail('k.x', value, 'true or false'))

/** A 1m kline. Prices are 0 before the first trade of a listing. Throws `TS-DATA` that names the bad field. */
export const klineFrame = (data: Unchecked<BinanceKline>, of: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  const eventTime = time('E', data.E, receivedAt)
  if (!isFields(data.k)) return fail('k', data.k, 'an object')
  const k: Unchecked<BinanceKline['k']> = data.k
  exactly('k.i', k.i, '1m')
  const kline = {
    ...windowOf(of, '1m', { name: 'k.t', value: k.t }, { name: 'k.T', value: k.T }, receivedAt),
    open: decimal('k.o', k.o),
    high: decimal('k.h', k.h),
    low: decimal('k.l', k.l),
    close: decimal('k.c', k.c),
    volume: decimal('k.v', k.v),
    quoteVolume: decimal('k.q', k.q),
    tradeCount: wholeNumber('k.n', k.n, 'a count of trades'),
    takerBuyVolume: decimal('k.V', k.V),
    takerBuyQuoteVolume: decimal('k.Q', k.Q)
  }
  return { kind: 'kline', kline, closed: isClosed(k.x), time: eventTime }
}
