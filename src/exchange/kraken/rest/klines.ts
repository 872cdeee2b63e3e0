import type { Instrument } from '../../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../../market/interval.ts'
import type { ExchangeKline } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange } from '../../exchange.ts'
import { anySeconds, decimal, fail, wholeNumber } from '../../fields.ts'
import { klinePrices, klineWindow } from '../../kline-window.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { klinePage } from '../../rest-pages.ts'
import { assetClass, pairName } from '../names.ts'
import { klineStream } from '../stream/subscribe.ts'
import { rowsOf } from './result.ts'

const MAX = 720

/** The newest 720, whatever is asked; those that open before `from` are left out. `since` is exclusive, and in whole seconds. */
const page = (instrument: Instrument, interval: Interval, from: EpochMs | null): RestRequest => ({
  path: `/0/public/OHLC?pair=${pairName(instrument)}&interval=${INTERVAL_MS[interval] / 60_000}${from === null ? '' : `&since=${Math.ceil(from / 1_000) - 1}`}${assetClass(instrument)}`,
  cost: 1
})

/** `[time, open, high, low, close, average price, volume, count]` */
const rowKline = <I extends Interval>(row: unknown, instrument: Instrument, interval: I): ExchangeKline<I> => {
  if (!Array.isArray(row)) return fail('kline', row, 'a row')
  const [time, open, high, low, close, , volume, count]: readonly unknown[] = row
  return {
    ...klineWindow(instrument, interval, 'time', anySeconds('time', time)),
    ...klinePrices({ open, high, low, close }),
    volume: decimal('volume', volume),
    tradeCount: wholeNumber('count', count, 'a count of trades'),
    quoteVolume: null,
    takerBuyVolume: null,
    takerBuyQuoteVolume: null
  }
}

/**
 * The stream tells of the candle that forms, and not when it closes: it says what time it is, and history has what has closed.
 * https://docs.kraken.com/api/docs/rest-api/get-ohlc-data
 */
export const krakenKlines = {
  stream: klineStream,
  intervals: ['1m', '5m', '15m', '1h', '1d'],
  perPage: MAX,
  page,
  decodePage: (body, instrument, interval) =>
    klinePage(
      rowsOf(body),
      row => rowKline(row, instrument, interval),
      row => anySeconds('time', Array.isArray(row) ? row[0] : row)
    )
} satisfies Exchange['klines']
