import type { Instrument } from '../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import type { ExchangeKline } from '../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../market/time.ts'
import { addressRefusal } from '../answer-headers.ts'
import type { Exchange, ListedStatus } from '../exchange.ts'
import { anyTime, decimal, exactly, type Fields, fail, isFields, type Unchecked, wholeNumber } from '../fields.ts'
import { klineWindow, VOLUMES_ALONE } from '../kline-window.ts'
import { listedInstruments, stepOfDecimals } from '../listed-instrument.ts'
import type { Refusal, RestAnswer, RestInterface, RestRequest } from '../rest-interface.ts'
import { klinePage, tradePage } from '../rest-pages.ts'
import { baseOf, builderOf, coinName } from './names.ts'
import { readTrade } from './trade.ts'
import type { HyperliquidCandle, HyperliquidMeta, HyperliquidPerpetual, HyperliquidTrade } from './wire.ts'

/** Everything is asked at one address. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits says what it costs. */
const info = (question: object, cost: number): RestRequest => ({ path: '/info', body: JSON.stringify(question), cost })

const COST = 20

/** About ten, the newest ones, whatever is asked. */
export const hyperliquidHistory = {
  trades: instrument => info({ type: 'recentTrades', coin: coinName(instrument) }, COST + 1),
  decodeTrades: (body, instrument, receivedAt) => {
    // They stand newest first, those of one moment as well.
    const oldestFirst: unknown = Array.isArray(body) ? body.toReversed() : body
    return tradePage(
      oldestFirst,
      (data: Unchecked<HyperliquidTrade>) =>
        readTrade(data, instrument, { time: anyTime('time', data.time), receivedAt }, 'history'),
      ({ time }) => time
    )
  },
  firstFrom: null
} satisfies Exchange['history']

/** It gives the newest of a range, both ends inclusive: the range is cut to what a page holds. */
const page = (
  instrument: Instrument,
  interval: Interval,
  from: EpochMs | null,
  to: EpochMs,
  limit: number
): RestRequest => {
  const lengthMs = limit * INTERVAL_MS[interval]
  const startTime = from ?? to - lengthMs
  const end = Math.min(to, startTime + lengthMs)
  const candles = (end - startTime) / INTERVAL_MS[interval]
  return info(
    { type: 'candleSnapshot', req: { coin: coinName(instrument), interval, startTime, endTime: end - 1 } },
    COST + Math.ceil(candles / 60)
  )
}

/** Throws `TS-DATA` that names the bad field. */
const readCandle = <I extends Interval>(
  data: Unchecked<HyperliquidCandle>,
  instrument: Instrument,
  interval: I,
  openTime: EpochMs
): ExchangeKline<I> => {
  exactly('s', data.s, coinName(instrument))
  exactly('i', data.i, interval)
  const window = klineWindow(instrument, interval, 't', openTime)
  if (data.T !== window.closeTime - 1) return fail('T', data.T, `the end of the candle of ${openTime}`)
  return {
    ...window,
    open: decimal('o', data.o),
    high: decimal('h', data.h),
    low: decimal('l', data.l),
    close: decimal('c', data.c),
    volume: decimal('v', data.v),
    quoteVolume: null,
    ...VOLUMES_ALONE,
    tradeCount: wholeNumber('n', data.n, 'a count of trades')
  }
}

/** The newest 5,000 of an interval; those before are gone. Its stream never says that a candle has closed, so history is asked. */
export const hyperliquidKlines = {
  stream: null,
  intervals: ['1m', '5m', '15m', '1h', '1d'],
  perPage: 5_000,
  page,
  decodePage: (body, instrument, interval) => {
    if (!Array.isArray(body)) return fail(`candles of ${instrument.symbol}`, body, 'a list')
    const openTimeOf = (row: unknown): EpochMs => anyTime('t', isFields(row) ? row.t : row)
    return klinePage(
      body,
      row =>
        isFields(row) ? readCandle(row, instrument, interval, openTimeOf(row)) : fail('candle', row, 'an object'),
      openTimeOf
    )
  }
} satisfies Exchange['klines']

/** The list of one exchange: of the builder's, where nothing else is asked for. */
const listRequest: Exchange['listing']['request'] = asked => {
  const [builder, ...others] = new Set(asked?.map(instrument => builderOf(coinName(instrument))))
  return info({ type: 'meta', ...(builder && others.length === 0 && { dex: builder }) }, COST)
}

const universeOf = (body: unknown): readonly Fields[] => {
  const { universe }: Unchecked<HyperliquidMeta> = isFields(body) ? body : {}
  return Array.isArray(universe) ? universe.filter(isFields) : fail('universe', universe, 'a list')
}

/** What is settled in another currency has a name that no symbol leads to. */
const followable = (body: unknown): readonly Fields[] => {
  const rows = universeOf(body)
  const { collateralToken }: Unchecked<HyperliquidMeta> = isFields(body) ? body : {}
  return collateralToken === undefined || collateralToken === 0 ? rows : []
}

const statusOf = ({ isDelisted }: Unchecked<HyperliquidPerpetual>): string =>
  isDelisted === true ? 'delisted' : 'listed'

/** Of another exchange than its own it says nothing. */
const decodeList: Exchange['listing']['decode'] = (body, instruments) => {
  const builder = builderOf(String(universeOf(body)[0]?.name))
  const states = new Map(followable(body).map(row => [String(row.name), statusOf(row)]))
  return instruments.map((instrument): ListedStatus => {
    const coin = coinName(instrument)
    return builderOf(coin) === builder ? (states.get(coin) ?? null) : undefined
  })
}

/** Prices have five significant digits, and no more decimals than this less those of quantities. */
const MAX_DECIMALS = 6

const tickSize = (szDecimals: unknown): string | null =>
  stepOfDecimals(typeof szDecimals === 'number' ? MAX_DECIMALS - szDecimals : null)

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals */
export const hyperliquidListing: Exchange['listing'] = {
  request: listRequest,
  decode: decodeList,
  instruments: body =>
    listedInstruments(
      followable(body),
      (row: Unchecked<HyperliquidPerpetual>) => ({
        native: row.name,
        base: typeof row.name === 'string' ? baseOf(row.name) : null,
        quote: 'USDC',
        settle: 'USDC',
        tickSize: tickSize(row.szDecimals),
        lotSize: stepOfDecimals(row.szDecimals),
        status: statusOf(row)
      }),
      symbol => coinName({ exchange: 'hyperliquid', symbol })
    ),
  suspended: ['delisted']
}

/** Its quota is of a minute; it does not say how long it wants to be left alone. */
const WAIT = { fallbackMs: 10_000, maxMs: 3_600_000 }

/** 422: the question is none that it knows. */
const refusal = (answer: RestAnswer): Refusal | null =>
  addressRefusal(answer, WAIT) ?? (answer.status === 422 ? { kind: 'bad-request' } : null)

const serverTime = ({ body }: RestAnswer): number | null =>
  isFields(body) && typeof body.time === 'number' ? body.time : null

const STATUS = info({ type: 'exchangeStatus' }, 2)

export const hyperliquidRest: RestInterface = {
  quota: { max: 1_200, perMs: 60_000, used: () => null },
  ping: STATUS,
  serverTime: { request: STATUS, decode: serverTime },
  refusal
}
