import type { Instrument } from '../../../market/instrument.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { ExchangeEvent } from '../../exchange.ts'
import { decimal, type Fields, fail, isoTime, price, type Unchecked, wholeNumber } from '../../fields.ts'
import { klineWindow } from '../../kline-window.ts'
import type { KrakenCandle } from '../wire.ts'

/** A candle of 1m that forms; `sentAt` is what its message says of the time. Throws `TS-DATA` that names the bad field. */
export const klineEvent = (
  value: Fields,
  sentAt: unknown,
  instrument: Instrument,
  receivedAt: EpochMs
): ExchangeEvent => {
  const data: Unchecked<KrakenCandle> = value
  if (data.interval !== 1) return fail('interval', data.interval, '1: minutes')
  const kline = {
    ...klineWindow(instrument, '1m', 'interval_begin', isoTime('interval_begin', data.interval_begin, receivedAt)),
    open: price('open', data.open),
    high: price('high', data.high),
    low: price('low', data.low),
    close: price('close', data.close),
    volume: decimal('volume', data.volume),
    tradeCount: wholeNumber('trades', data.trades, 'a count of trades'),
    quoteVolume: null,
    takerBuyVolume: null,
    takerBuyQuoteVolume: null
  }
  // No message says that it closes.
  return { kind: 'kline', kline, closed: false, time: isoTime('timestamp', sentAt, receivedAt) }
}
