import type { Instrument } from '../../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../../market/interval.ts'
import type { ExchangeKline, KlinePage } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange } from '../../exchange.ts'
import { anyTime, decimal, fail, wholeNumber } from '../../fields.ts'
import { klinePage } from '../../rest-pages.ts'
import { type BinanceMarket, querySymbol, streamPrefix } from '../market.ts'
import { plainVolumes, type VolumesOf, windowOf } from '../stream/decode-kline.ts'

const MAX = 1_000

type KlineOptions = {
  readonly intervals: readonly Interval[]
  readonly costOf: (limit: number) => number
  /** Left out: it tells volumes as spot does. */
  readonly volumesOf?: VolumesOf
  /** How long a range may be, of which it then gives the newest; left out: of any length, and it gives the oldest. */
  readonly rangeMs?: number
}

/** Both ends are inclusive there. */
const page =
  (market: BinanceMarket, { costOf, rangeMs }: KlineOptions): Exchange['klines']['page'] =>
  (instrument, interval, from, to, limit) => {
    const latest = rangeMs === undefined ? to : (from ?? 0) + Math.min(rangeMs, limit * INTERVAL_MS[interval])
    const [start, end] = from === null ? ['', to] : [`&startTime=${from}`, Math.min(to, latest)]
    return {
      path: `${market.rest}/klines?symbol=${querySymbol(market, instrument)}&interval=${interval}${start}&endTime=${end - 1}&limit=${limit}`,
      cost: costOf(limit)
    }
  }

/** `[openTime, o, h, l, c, v, closeTime, quoteVolume, trades, takerBuyBase, takerBuyQuote, …]` */
const rowKline = <I extends Interval>(
  row: unknown,
  instrument: Instrument,
  interval: I,
  { receivedAt, volumesOf }: { readonly receivedAt: EpochMs; readonly volumesOf: VolumesOf }
): ExchangeKline<I> => {
  if (!Array.isArray(row)) return fail('kline', row, 'a row')
  const fields: readonly unknown[] = row
  const { volume, quoteVolume, ...takers } = volumesOf(
    {
      volume: ['volume', fields[5]],
      quoteVolume: ['quoteVolume', fields[7]],
      takerBuyVolume: ['takerBuyBase', fields[9]],
      takerBuyQuoteVolume: ['takerBuyQuote', fields[10]]
    },
    instrument
  )
  return {
    ...windowOf(
      instrument,
      interval,
      { name: 'openTime', value: fields[0] },
      { name: 'closeTime', value: fields[6] },
      receivedAt
    ),
    open: decimal('open', fields[1]),
    high: decimal('high', fields[2]),
    low: decimal('low', fields[3]),
    close: decimal('close', fields[4]),
    volume,
    quoteVolume,
    tradeCount: wholeNumber('trades', fields[8], 'a count of trades'),
    ...takers
  }
}

const decodePage =
  (volumesOf: VolumesOf) =>
  <I extends Interval>(body: unknown, instrument: Instrument, interval: I, receivedAt: EpochMs): KlinePage<I> => {
    if (!Array.isArray(body)) return fail(`klines of ${instrument.symbol}`, body, 'a list')
    return klinePage(
      body,
      row => rowKline(row, instrument, interval, { receivedAt, volumesOf }),
      row => anyTime('openTime', Array.isArray(row) ? row[0] : row)
    )
  }

/**
 * A market's own candles.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data
 */
export const createKlines = (market: BinanceMarket, options: KlineOptions) =>
  ({
    stream: (instrument: Instrument) => `${streamPrefix(market, instrument)}@kline_1m`,
    intervals: options.intervals,
    perPage: MAX,
    page: page(market, options),
    decodePage: decodePage(options.volumesOf ?? plainVolumes)
  }) satisfies Exchange['klines']
