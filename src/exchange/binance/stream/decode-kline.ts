import type { Instrument } from '../../../market/instrument.ts'
import type { Interval } from '../../../market/interval.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { ExchangeEvent } from '../../exchange.ts'
import { decimal, exactly, fail, flag, isFields, time, type Unchecked, wholeNumber } from '../../fields.ts'
import { type KlineWindow, klineWindow } from '../../kline-window.ts'
import type { BinanceKline } from '../wire.ts'

/** The window from `open` to `close`, which is its last millisecond. Throws `TS-DATA` when it is none. */
export const windowOf = <I extends Interval>(
  instrument: Instrument,
  interval: I,
  open: { readonly name: string; readonly value: unknown },
  close: { readonly name: string; readonly value: unknown },
  receivedAt: EpochMs
): KlineWindow<I> => {
  const window = klineWindow(instrument, interval, open.name, time(open.name, open.value, receivedAt))
  const { openTime, closeTime } = window
  if (time(close.name, close.value, receivedAt) !== closeTime - 1)
    return fail(close.name, close.value, `the end of a candle of ${interval} that begins at ${openTime}`)
  return window
}

/** A 1m kline. Prices are 0 before the first trade of a listing. Throws `TS-DATA` that names the bad field. */
export const klineFrame = (
  data: Unchecked<BinanceKline>,
  instrument: Instrument,
  receivedAt: EpochMs
): ExchangeEvent => {
  const eventTime = time('E', data.E, receivedAt)
  if (!isFields(data.k)) return fail('k', data.k, 'an object')
  const k: Unchecked<BinanceKline['k']> = data.k
  exactly('k.i', k.i, '1m')
  const kline = {
    ...windowOf(instrument, '1m', { name: 'k.t', value: k.t }, { name: 'k.T', value: k.T }, receivedAt),
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
  return { kind: 'kline', kline, closed: flag('k.x', k.x), time: eventTime }
}
