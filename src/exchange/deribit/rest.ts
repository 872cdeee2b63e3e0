import type { Instrument } from '../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import { addressRefusal } from '../answer-headers.ts'
import type { Exchange, HistoryStart } from '../exchange.ts'
import { anyTime, type Fields, fail, isFields, type Unchecked } from '../fields.ts'
import { listedInstruments } from '../listed-instrument.ts'
import type { Refusal, RestAnswer, RestInterface, RestRequest } from '../rest-interface.ts'
import { klinePage, tradePage } from '../rest-pages.ts'
import { readCandle } from './candle.ts'
import { endingOf, instrumentName, klineStream } from './names.ts'
import { readTrade } from './trade.ts'
import type { DeribitCandle, DeribitTrade } from './wire.ts'

const PATH = '/api/v2/public'

/** What an answer holds. Throws `TS-DATA` for anything else. */
const resultOf = (body: unknown): unknown =>
  isFields(body) && body.result !== undefined ? body.result : fail('answer', body, 'a result')

const fieldsOf = (body: unknown): Fields => {
  const result = resultOf(body)
  return isFields(result) ? result : fail('result', result, 'an object')
}

const nameQuery = (instrument: Instrument): string =>
  `instrument_name=${encodeURIComponent(instrumentName(instrument))}`

/** Of the last 24 hours; those before are on another host. */
const trades = (instrument: Instrument, from: HistoryStart | null, limit: number): RestRequest => ({
  path: `${PATH}/get_last_trades_by_instrument?${nameQuery(instrument)}&count=${limit}${from === null ? '&sorting=desc' : `&start_seq=${from.id}&sorting=asc`}`,
  cost: 1
})

const sequenceOf = ({ sequence }: Trade): number => Number(sequence)

/** https://docs.deribit.com/api-reference/market-data/public-get_last_trades_by_instrument */
export const deribitHistory = {
  trades,
  decodeTrades: (body, instrument, receivedAt) =>
    tradePage(
      fieldsOf(body).trades,
      (data: Unchecked<DeribitTrade>) =>
        readTrade(data, instrument, { time: anyTime('timestamp', data.timestamp), receivedAt }, 'history'),
      sequenceOf
    ),
  firstFrom: null
} satisfies Exchange['history']

const RESOLUTIONS: Partial<Readonly<Record<Interval, string>>> = {
  '1m': '1',
  '5m': '5',
  '15m': '15',
  '1h': '60',
  '1d': '1D'
}

const MAX_CANDLES = 1_000

/** Of a range; it may cut it where it likes, so that it is not longer than a page. */
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
    path: `${PATH}/get_tradingview_chart_data?${nameQuery(instrument)}&start_timestamp=${start}&end_timestamp=${end - 1}&resolution=${RESOLUTIONS[interval]}`,
    cost: 1
  }
}

/** `{"ticks":[…],"open":[…],…}`, each of one length, as rows. */
const rowsOf = (result: Fields): readonly Unchecked<DeribitCandle>[] => {
  const column = (name: string): readonly unknown[] => {
    const values = result[name]
    return Array.isArray(values) ? values : fail(name, values, 'a list')
  }
  const names = ['open', 'high', 'low', 'close', 'volume', 'cost'] as const
  const columns = names.map(name => [name, column(name)] as const)
  return column('ticks').map((tick, i) => ({
    tick,
    ...Object.fromEntries(columns.map(([name, values]) => [name, values[i]]))
  }))
}

/** https://docs.deribit.com/api-reference/market-data/public-get_tradingview_chart_data */
export const deribitKlines = {
  stream: klineStream,
  intervals: ['1m', '5m', '15m', '1h', '1d'],
  perPage: MAX_CANDLES,
  page,
  decodePage: (body, instrument, interval) => {
    const tickOf = (row: unknown): EpochMs => anyTime('tick', isFields(row) ? row.tick : row)
    return klinePage(
      rowsOf(fieldsOf(body)),
      row => readCandle(row as Unchecked<DeribitCandle>, instrument, interval, tickOf(row)),
      tickOf
    )
  }
} satisfies Exchange['klines']

const listOf = (body: unknown): readonly Fields[] => {
  const rows = resultOf(body)
  return Array.isArray(rows) ? rows.filter(isFields) : fail('result', rows, 'a list')
}

const statusOf = ({ is_active }: Fields): string => (is_active === false ? 'inactive' : 'active')

/** Options are not followed. */
const readInstrument = (row: Fields) => {
  if (row.kind !== 'future' && row.kind !== 'spot') return null
  const isSpot = row.kind === 'spot'
  // Of contracts that are settled in their base it is in dollars.
  const lot = !isSpot && row.settlement_currency === row.base_currency ? null : row.min_trade_amount
  return {
    native: row.instrument_name,
    base: row.base_currency,
    quote: row.quote_currency,
    ...(isSpot ? {} : { settle: row.settlement_currency, contractSize: row.contract_size }),
    ending: row.settlement_period === 'perpetual' ? null : endingOf(row.expiration_timestamp),
    contractType: row.future_type,
    tickSize: row.tick_size,
    lotSize: lot,
    minSize: lot,
    status: statusOf(row),
    listedAt: row.creation_timestamp,
    expiresAt: row.expiration_timestamp
  }
}

/** https://docs.deribit.com/api-reference/market-data/public-get_instruments */
export const deribitListing: Exchange['listing'] = {
  request: () => ({ path: `${PATH}/get_instruments?currency=any&expired=false`, cost: 1 }),
  decode: (body, instruments) => {
    const states = new Map(listOf(body).map(row => [String(row.instrument_name), statusOf(row)]))
    return instruments.map(instrument => states.get(instrumentName(instrument)) ?? null)
  },
  instruments: body =>
    listedInstruments(listOf(body), readInstrument, symbol => instrumentName({ exchange: 'deribit', symbol })),
  suspended: ['inactive']
}

/** It tells no pause; credits come back within a second. */
const WAIT = { fallbackMs: 1_000, maxMs: 3_600_000 }

/** https://docs.deribit.com/articles/errors */
const TOO_MANY: readonly unknown[] = [10_028, 10_047, 10_066]
const INVALID_PARAMS = -32_602
const NOT_FOUND: readonly unknown[] = [13_020, 10_020]

const invalidParams = (data: unknown): Refusal => ({
  kind: isFields(data) && data.param === 'instrument_name' ? 'unknown-symbol' : 'bad-request'
})

const refusal = (answer: RestAnswer): Refusal | null => {
  const { body } = answer
  const error = isFields(body) && isFields(body.error) ? body.error : {}
  const ofAddress = addressRefusal(answer, WAIT, TOO_MANY.includes(error.code))
  if (ofAddress) return ofAddress
  if (NOT_FOUND.includes(error.code)) return { kind: 'unknown-symbol' }
  return error.code === INVALID_PARAMS ? invalidParams(error.data) : null
}

const serverTime = ({ body }: RestAnswer): number | null =>
  isFields(body) && typeof body.result === 'number' ? body.result : null

const TIME = { path: `${PATH}/get_time`, cost: 1 }

/** 20 requests a second come back to whoever is nobody to it; half of that is safe. */
export const deribitRest: RestInterface = {
  quota: { max: 10, perMs: 1_000, used: () => null },
  ping: TIME,
  serverTime: { request: TIME, decode: serverTime },
  refusal
}
