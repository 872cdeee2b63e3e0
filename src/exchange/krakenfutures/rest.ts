import { multiplyDecimals } from '../../market/decimal.ts'
import type { Instrument } from '../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import type { SizedInstrument } from '../../market/records/feed/contract-size.ts'
import type { ExchangeKline } from '../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../market/time.ts'
import { addressRefusal, requestRefusal } from '../answer-headers.ts'
import type { Exchange } from '../exchange.ts'
import { anyTime, contractSizeOf, decimal, type Fields, fail, isFields, type Unchecked } from '../fields.ts'
import { klinePrices, klineWindow, VOLUMES_ALONE } from '../kline-window.ts'
import { listedInstruments } from '../listed-instrument.ts'
import type { Refusal, RestAnswer, RestInterface, RestRequest } from '../rest-interface.ts'
import { klinePage } from '../rest-pages.ts'
import { isInverse } from '../unified-symbol.ts'
import { productId } from './names.ts'
import type { FuturesCandle, FuturesInstrument } from './wire.ts'

const PATH = '/derivatives/api/v3'

const productPath = (instrument: Instrument): string => encodeURIComponent(productId(instrument))

/** The list that an answer holds under a name. Throws `TS-DATA` for anything else. */
const listOf = (body: unknown, name: string): readonly unknown[] => {
  const rows = isFields(body) ? body[name] : undefined
  return Array.isArray(rows) ? rows : fail(name, body, 'a list')
}

/**
 * https://docs.kraken.com/api-reference/market-data/get-trade-history. It names no `seq`, nor do the executions of the exchange's other
 * history, and nothing says that `trade_id` is that number: which trades of the stream these are cannot be told, so that none is given.
 */
export const futuresHistory = {
  isNumbered: false,
  trades: (instrument: Instrument): RestRequest => ({
    path: `${PATH}/history?symbol=${productPath(instrument)}`,
    cost: 1
  }),
  decodeTrades: body => {
    listOf(body, 'history')
    return []
  },
  firstFrom: null
} satisfies Exchange['history']

/** In seconds. It does not say whether a candle that opens at `to` is given: the last one opens before in any case. */
const page = (
  instrument: Instrument,
  interval: Interval,
  from: EpochMs | null,
  to: EpochMs,
  limit: number
): RestRequest => {
  const lengthMs = limit * INTERVAL_MS[interval]
  const [start, end] = from === null ? [to - lengthMs, to] : [from, Math.min(to, from + lengthMs)]
  return {
    path: `/api/charts/v1/trade/${productPath(instrument)}/${interval}?from=${start / 1_000}&to=${end / 1_000 - 1}`,
    cost: 1
  }
}

/** Of inverse contracts it tells their number. */
const volumesOf = (value: unknown, instrument: SizedInstrument) => {
  const volume = decimal('volume', value)
  return isInverse(instrument)
    ? { volume: null, quoteVolume: multiplyDecimals(volume, contractSizeOf(instrument)) }
    : { volume, quoteVolume: null }
}

const candle = <I extends Interval>(row: unknown, instrument: SizedInstrument, interval: I): ExchangeKline<I> => {
  if (!isFields(row)) return fail('candle', row, 'an object')
  const data: Unchecked<FuturesCandle> = row
  return {
    ...klineWindow(instrument, interval, 'time', anyTime('time', data.time)),
    ...klinePrices(data),
    ...volumesOf(data.volume, instrument),
    ...VOLUMES_ALONE
  }
}

/** https://docs.kraken.com/api-reference/candles/market-candles */
export const futuresKlines = {
  stream: null,
  intervals: ['1m', '5m', '15m', '1h', '1d'],
  perPage: 1_000,
  // Its candle opens at the close before, which high and low include: three of an inverse contract in a row show it.
  incomparable: ['open', 'high', 'low'],
  page,
  decodePage: (body, instrument, interval) =>
    klinePage(
      listOf(body, 'candles'),
      row => candle(row, instrument, interval),
      row => anyTime('time', isFields(row) ? row.time : row)
    )
} satisfies Exchange['klines']

const rowsOf = (body: unknown): readonly Fields[] => listOf(body, 'instruments').filter(isFields)

const statusOf = ({ tradeable }: Unchecked<FuturesInstrument>): string =>
  tradeable === false ? 'untradeable' : 'tradeable'

/** Linear contracts without an end, and inverse ones, whose lots are contracts. */
const readInstrument = (row: Unchecked<FuturesInstrument>) => {
  const isInverted = row.type === 'futures_inverse'
  if (!isInverted && (row.type !== 'flexible_futures' || row.lastTradingTime !== undefined)) return null
  const { contractValueTradePrecision: decimals } = row
  return {
    native: row.symbol,
    base: row.base,
    quote: row.quote,
    settle: isInverted ? row.base : row.quote,
    ending: /_(\d{6})$/.exec(String(row.symbol))?.[1] ?? null,
    contractType: row.type,
    tickSize: row.tickSize,
    lotSize: typeof decimals === 'number' && !isInverted ? 10 ** -decimals : null,
    contractSize: row.contractSize,
    status: statusOf(row),
    listedAt: row.openingDate,
    expiresAt: row.lastTradingTime
  }
}

/** https://docs.kraken.com/api-reference/instrument-details/get-instruments */
export const futuresListing: Exchange['listing'] = {
  request: () => ({ path: `${PATH}/instruments`, cost: 1 }),
  decode: (body, instruments) => {
    const states = new Map(rowsOf(body).map(row => [String(row.symbol), statusOf(row)]))
    return instruments.map(instrument => states.get(productId(instrument)) ?? null)
  },
  instruments: body =>
    listedInstruments(rowsOf(body), readInstrument, symbol => productId({ exchange: 'krakenfutures', symbol })),
  suspended: ['untradeable']
}

/** It tells no pause; what it counts is of ten seconds. */
const WAIT = { fallbackMs: 10_000, maxMs: 3_600_000 }

/** What it says is wrong, with its status 200 as well: https://docs.kraken.com/api-reference/market-data/get-trade-history */
const WRONG: Readonly<Record<string, Refusal['kind']>> = {
  apiLimitExceeded: 'rate-limited',
  notFound: 'unknown-symbol',
  invalidArgument: 'bad-request',
  requiredArgumentMissing: 'bad-request'
}

const refusal = (answer: RestAnswer): Refusal | null => {
  const { body } = answer
  const reason = isFields(body) && body.result === 'error' ? WRONG[String(body.error)] : undefined
  if (reason !== undefined && reason !== 'rate-limited') return { kind: reason }
  return addressRefusal(answer, WAIT, reason === 'rate-limited') ?? requestRefusal(answer)
}

/** Milliseconds of `2021-07-22T23:02:07.160Z`. */
const serverTime = ({ body }: RestAnswer): number | null => {
  const ms = isFields(body) && typeof body.serverTime === 'string' ? Date.parse(body.serverTime) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}

const TIME = { path: `${PATH}/tickers/PF_XBTUSD`, cost: 1 }

/** Public requests cost nothing there; these are modest. */
export const futuresRest: RestInterface = {
  quota: { max: 50, perMs: 10_000, used: () => null },
  ping: TIME,
  serverTime: { request: TIME, decode: serverTime },
  refusal
}
