import type { Instrument } from '../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import type { ExchangeKline } from '../../market/records/feed/exchange-kline.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import { addressRefusal, requestRefusal } from '../answer-headers.ts'
import type { Exchange } from '../exchange.ts'
import {
  anyTextSeconds,
  decimal,
  type Fields,
  fail,
  idDigits,
  isFields,
  oneOf,
  price,
  type Unchecked,
  word
} from '../fields.ts'
import { klinePrices, klineWindow, VOLUMES_ALONE } from '../kline-window.ts'
import { listedInstruments, stepOfDecimals } from '../listed-instrument.ts'
import type { Refusal, RestAnswer, RestInterface, RestRequest } from '../rest-interface.ts'
import { klinePage, tradePage } from '../rest-pages.ts'
import { pairName, pairPath } from './names.ts'
import type { BitstampCandle, BitstampPair, BitstampTransaction } from './wire.ts'

/** The last hour, whatever is asked. */
const trades = (instrument: Instrument): RestRequest => ({
  path: `/api/v2/transactions/${pairPath(instrument)}/?time=hour`,
  cost: 1
})

const transaction = (data: Unchecked<BitstampTransaction>, instrument: Instrument, receivedAt: EpochMs): Trade => ({
  exchange: instrument.exchange,
  symbol: instrument.symbol,
  id: idDigits('tid', data.tid),
  price: price('price', data.price),
  quantity: decimal('amount', data.amount),
  time: anyTextSeconds('date', data.date),
  receivedAt,
  side: oneOf('type', data.type, ['0', '1']) === '0' ? 'buy' : 'sell',
  via: 'history'
})

/** https://www.bitstamp.net/api/#tag/Market-info/operation/GetTransactions, newest first; times are of whole seconds. */
export const bitstampHistory = {
  trades,
  decodeTrades: (body, instrument, receivedAt) => tradePage(body, row => transaction(row, instrument, receivedAt)),
  firstFrom: null
} satisfies Exchange['history']

/** Both ends are inclusive there, and no further apart than a page is long. */
const page = (
  instrument: Instrument,
  interval: Interval,
  from: EpochMs | null,
  to: EpochMs,
  limit: number
): RestRequest => {
  const lengthMs = INTERVAL_MS[interval]
  const start = from ?? to - limit * lengthMs
  const end = Math.min(to, start + limit * lengthMs) - lengthMs
  return {
    path: `/api/v2/ohlc/${pairPath(instrument)}/?step=${lengthMs / 1_000}&limit=${limit}&start=${start / 1_000}&end=${end / 1_000}`,
    cost: 1
  }
}

const candle = <I extends Interval>(row: unknown, instrument: Instrument, interval: I): ExchangeKline<I> => {
  if (!isFields(row)) return fail('candle', row, 'an object')
  const data: Unchecked<BitstampCandle> = row
  return {
    ...klineWindow(instrument, interval, 'timestamp', anyTextSeconds('timestamp', data.timestamp)),
    ...klinePrices(data),
    volume: decimal('volume', data.volume),
    quoteVolume: null,
    ...VOLUMES_ALONE
  }
}

/** https://www.bitstamp.net/api/#tag/Market-info/operation/GetOHLCData */
export const bitstampKlines = {
  stream: null,
  intervals: ['1m', '5m', '15m', '1h', '1d'],
  perPage: 1_000,
  page,
  decodePage: (body, instrument, interval) => {
    const rows = isFields(body) && isFields(body.data) ? body.data.ohlc : undefined
    if (!Array.isArray(rows)) return fail(`candles of ${instrument.symbol}`, body, 'a list')
    return klinePage(
      rows,
      row => candle(row, instrument, interval),
      row => anyTextSeconds('timestamp', isFields(row) ? row.timestamp : row)
    )
  }
} satisfies Exchange['klines']

const PAIRS = { path: '/api/v2/trading-pairs-info/', cost: 1 }

const rowsOf = (body: unknown): readonly Fields[] =>
  Array.isArray(body) ? body.filter(isFields) : fail('pairs', body, 'a list')

/** https://www.bitstamp.net/api/#tag/Market-info/operation/GetTradingPairsInfo */
export const bitstampListing: Exchange['listing'] = {
  request: () => PAIRS,
  decode: (body, instruments) => {
    const states = new Map(rowsOf(body).map(row => [String(row.url_symbol), word(row.trading)]))
    return instruments.map(instrument => (states.has(pairName(instrument)) ? states.get(pairName(instrument)) : null))
  },
  instruments: body =>
    listedInstruments(
      rowsOf(body),
      (row: Unchecked<BitstampPair>) => {
        const [base, quote] = String(row.name).split('/')
        return {
          native: row.url_symbol,
          base,
          quote,
          tickSize: stepOfDecimals(row.counter_decimals),
          lotSize: stepOfDecimals(row.base_decimals),
          status: row.trading
        }
      },
      symbol => pairName({ exchange: 'bitstamp', symbol })
    ),
  suspended: ['Disabled']
}

/** It does not say how long it wants to be left alone. */
const WAIT = { fallbackMs: 10_000, maxMs: 3_600_000 }

const refusal = (answer: RestAnswer): Refusal | null => addressRefusal(answer, WAIT) ?? requestRefusal(answer)

/** 10,000 requests in ten minutes, no more than 400 in a second. It does not tell its time. */
export const bitstampRest: RestInterface = {
  quota: { max: 150, perMs: 10_000, used: () => null },
  ping: PAIRS,
  serverTime: { request: PAIRS, decode: () => null },
  refusal
}
