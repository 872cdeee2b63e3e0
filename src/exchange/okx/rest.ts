import type { Instrument } from '../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import type { EpochMs } from '../../market/time.ts'
import { addressRefusal } from '../answer-headers.ts'
import type { Exchange, HistoryStart } from '../exchange.ts'
import { anyTextTime, fail, isFields, type Unchecked } from '../fields.ts'
import type { Refusal, RestAnswer, RestInterface, RestRequest } from '../rest-interface.ts'
import { klinePage, tradePage } from '../rest-pages.ts'
import { readCandle } from './candle.ts'
import { instId, klineStream } from './names.ts'
import { readTrade } from './trade.ts'
import type { OkxTrade } from './wire.ts'

/** What an answer holds. Throws `TS-DATA` for anything else. */
export const dataOf = (body: unknown): readonly unknown[] =>
  isFields(body) && body.code === '0' && Array.isArray(body.data) ? body.data : fail('answer', body, 'a list of data')

const nameQuery = (instrument: Instrument): string => `instId=${encodeURIComponent(instId(instrument))}`

/** Pages end below `after`, and hold the newest of what lies there; ids are consecutive, so a page of so many begins with `from`. */
const trades = (instrument: Instrument, from: HistoryStart | null, limit: number): RestRequest => ({
  path: `/api/v5/market/history-trades?${nameQuery(instrument)}&limit=${limit}${from === null ? '' : `&type=1&after=${BigInt(from.id) + BigInt(limit)}`}`,
  cost: 1
})

/** Of the last three months: https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-trades-history */
export const okxHistory = {
  trades,
  decodeTrades: (body, instrument, receivedAt) =>
    tradePage(dataOf(body), (data: Unchecked<OkxTrade>) =>
      readTrade(data, instrument, { time: anyTextTime('ts', data.ts), receivedAt }, 'history')
    ),
  firstFrom: null
} satisfies Exchange['history']

const BARS: Partial<Readonly<Record<Interval, string>>> = {
  '1s': '1s',
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '1h': '1H',
  '1d': '1Dutc'
}

/** It gives the newest of a range, both ends exclusive: the range is cut to what a page holds. */
const page = (
  instrument: Instrument,
  interval: Interval,
  from: EpochMs | null,
  to: EpochMs,
  limit: number
): RestRequest => {
  const end = from === null ? to : Math.min(to, from + limit * INTERVAL_MS[interval])
  return {
    path: `/api/v5/market/history-candles?${nameQuery(instrument)}&bar=${BARS[interval]}${from === null ? '' : `&before=${from - 1}`}&after=${end}&limit=${limit}`,
    cost: 1
  }
}

/** https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-candlesticks-history */
export const okxKlines = {
  stream: klineStream,
  intervals: ['1s', '1m', '5m', '15m', '1h', '1d'],
  perPage: 300,
  page,
  decodePage: (body, instrument, interval) =>
    klinePage(
      dataOf(body),
      row => readCandle(row, instrument, interval).kline,
      row => anyTextTime('ts', Array.isArray(row) ? row[0] : row)
    )
} satisfies Exchange['klines']

/** Its limits are of two seconds. */
const WAIT = { fallbackMs: 2_000, maxMs: 3_600_000 }

/** `code`s: https://www.okx.com/docs-v5/en/#error-code-rest-api */
const TOO_MANY: readonly unknown[] = ['50011', '50061']
const UNKNOWN_INSTRUMENT = '51001'
const WRONG_PARAMETER: readonly unknown[] = ['51000', '50014', '50015']

const refusal = (answer: RestAnswer): Refusal | null => {
  const { body } = answer
  const code = isFields(body) ? body.code : undefined
  const ofAddress = addressRefusal(answer, WAIT, TOO_MANY.includes(code))
  if (ofAddress) return ofAddress
  if (code === UNKNOWN_INSTRUMENT) return { kind: 'unknown-symbol' }
  return WRONG_PARAMETER.includes(code) ? { kind: 'bad-request' } : null
}

const serverTime = ({ body }: RestAnswer): number | null => {
  const [row]: readonly unknown[] = isFields(body) && Array.isArray(body.data) ? body.data : []
  return isFields(row) && typeof row.ts === 'string' && /^\d{13}$/.test(row.ts) ? Number(row.ts) : null
}

const TIME = { path: '/api/v5/public/time', cost: 1 }

export const okxRest: RestInterface = {
  quota: { max: 20, perMs: 2_000, used: () => null },
  ping: TIME,
  serverTime: { request: TIME, decode: serverTime },
  refusal
}
