import type { z } from 'zod'
import { INTERVAL_MS, INTERVALS, isInterval } from '../../src/market/interval.ts'
import type { AlertRule } from '../../src/market/records/alert/alert-rule.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { PAIR_METHODS } from '../../src/market/records/derived/pair-stats.ts'
import type { InstrumentFacts } from '../../src/market/records/feed/instrument-facts.ts'
import { epochMs } from '../../src/market/time.ts'
import type { gap, instruments, status } from '../../src/serve/http/api/schemas.ts'
import { fakeAlert, fakeCandle, fakeComposite, fakeIndicators, fakePair } from './fake-records.ts'

const MAX = 1_500

const timesOf = (interval: keyof typeof INTERVAL_MS, to: number, limit: number): readonly number[] => {
  const length = INTERVAL_MS[interval]
  const last = Math.ceil(to / length) * length - length
  const first = Math.floor(Date.now() / length) * length - MAX * length
  return Array.from({ length: limit }, (_, n) => last - (limit - 1 - n) * length).filter(time => time >= first)
}

/** Now and then a candle has been through something, always the same one. */
const PASTS: Readonly<Record<number, Partial<Candle>>> = {
  7: { status: 'backfilled' },
  17: { revision: 1 },
  27: { status: 'gap', missing: 3 }
}

const withPast = (candle: Candle): Candle =>
  candle.final && candle.status === 'traded'
    ? { ...candle, ...PASTS[(candle.openTime / INTERVAL_MS[candle.interval]) % 40] }
    : candle

type Query = Readonly<Record<string, string | undefined>>

/** Candles of the invented market, as a query wants them. */
export const fakeCandles = (of: Query, limit: number): readonly Candle[] => {
  const interval = of.interval && isInterval(of.interval) ? of.interval : '1m'
  const times = timesOf(interval, Number(of.to ?? Date.now()), limit).filter(time => time >= Number(of.from ?? 0))
  return times.map(time => withPast(fakeCandle(of.symbol ?? 'BTC/USDT', interval, time, Date.now())))
}

const COLUMNS = ['openTime', 'open', 'high', 'low', 'close', 'volume', 'tradeCount', 'status'] as const

/** The same as a table. */
export const fakeCsv = (of: Query, limit: number): string =>
  [COLUMNS.join(), ...fakeCandles(of, limit).map(candle => COLUMNS.map(name => candle[name]).join())].join('\n')

const ASKED_MS = 600_000

const ago = (ms: number) => epochMs(Date.now() - ms)

const listed = () => ({ exchangeStatus: 'TRADING', exchangeStatusAt: ago(ASKED_MS) })

const statusOf = ({ symbols, isWhole, state, dataAgeMs }: FakeMarket): z.input<typeof status> => ({
  now: Date.now(),
  ...state,
  simulated: true,
  symbols: symbols.map((symbol, n) => ({
    exchange: 'sim',
    symbol,
    ...listed(),
    lastTradeTime: ago(200),
    watermark: ago(100),
    wholeTo: ago(100),
    contiguousToId: '3744591201',
    idsDoubtedSince: null,
    dataAgeMs,
    gapsOpen: !isWhole && n === 3 ? 1 : 0,
    gapsFilled: 2,
    gapsUnrecoverable: 0,
    missingTrades: !isWhole && n === 3 ? 37 : 0,
    revisedCandles: 1,
    verifiedTo: ago(90_000),
    differing: 0
  })),
  lag: [{ group: 'aggregate', topic: 'raw_ticks', partition: 0, lag: 3 }]
})

const factsOf = (symbol: string): InstrumentFacts => {
  const [base = '', quote = ''] = symbol.split('/')
  return {
    ...{
      exchange: 'sim',
      symbol,
      native: base + quote,
      base,
      quote,
      type: 'spot',
      contractType: null,
      assetClass: null
    },
    ...{ tickSize: '0.01', lotSize: '0.00001', minSize: '0.0001', contractSize: null, status: 'TRADING' },
    ...{ listedAt: null, expiresAt: null, sessions: null, delisted: false, checkedAt: ago(ASKED_MS) }
  }
}

const instrumentsOf = ({ symbols, state }: FakeMarket): z.input<typeof instruments> => ({
  ...state,
  instruments: symbols.map(symbol => ({
    exchange: 'sim',
    symbol,
    intervals: [...INTERVALS],
    simulated: true,
    ...listed(),
    facts: factsOf(symbol)
  }))
})

const gapsOf = (): { readonly gaps: readonly z.input<typeof gap>[] } => ({
  gaps: [
    {
      exchange: 'sim',
      symbol: 'BTC/USDT',
      fromId: '10',
      toId: '46',
      count: 37,
      cause: 'restart',
      detectedAt: ago(9000),
      status: 'filled',
      closedAt: ago(8000)
    }
  ]
})

const pairsOf = (query: Readonly<Record<string, string>>) => {
  if (!query.a)
    return PAIR_METHODS.flatMap(method => ['1m' as const, '5m' as const].map(of => fakePair(Date.now(), of, method)))
  const method = PAIR_METHODS.find(name => name === query.method) ?? 'ols'
  return timesOf('1m', Date.now(), 400).map(time => fakePair(time, '1m', method))
}

const backtest = () => ({
  report: {
    candles: 1000,
    capital: 10000,
    trades: 12,
    wins: 8,
    profit: 84.2,
    profitPct: 0.84,
    fees: 24,
    sharpe: 1.9,
    maxDrawdownPct: 0.6,
    exposurePct: 31,
    shuffled: { profit: -20, profitPct: -0.2 }
  },
  equity: timesOf('1m', Date.now(), 300).map((time, n) => ({ time, value: 10_000 + n / 4 + 20 * Math.sin(n / 20) })),
  trades: []
})

/** What the market is made of, and what has been made of it. */
export type FakeMarket = {
  readonly symbols: readonly string[]
  readonly rules: Map<string, AlertRule>
  /** Nothing is stored yet. */
  isCold: boolean
  isWhole: boolean
  /** As the gateway says it of itself. */
  state: { readonly state: 'live' | 'warming' | 'stalled'; readonly ageMs: number | null }
  /** How old the newest data of each symbol is. */
  dataAgeMs: number
}

/** What the gateway answers to GET, by path. */
export const fakeAnswers = (market: FakeMarket) => {
  const { rules } = market
  return (path: string, query: Readonly<Record<string, string>>): unknown => {
    const limit = Math.min(5_000, Number(query.limit ?? 500))
    const answers: Readonly<Record<string, () => unknown>> = {
      instruments: () => instrumentsOf(market),
      candles: () => ({ candles: market.isCold ? [] : fakeCandles(query, limit) }),
      indicators: () => ({ indicators: fakeCandles(query, limit).map(fakeIndicators) }),
      pairs: () => ({ pairs: pairsOf(query) }),
      alerts: () => ({ alerts: [fakeAlert('a1', Date.now())] }),
      'alert-rules': () => ({ rules: [...rules.values()] }),
      gaps: gapsOf,
      status: () => statusOf(market),
      backtests: backtest
    }
    return answers[path.replace('/api/v1/', '')]?.()
  }
}

/** What one venue alone trades. */
const ALONE = 'SOL/USDT'

/** The beginning of the last whole minute. */
export const minuteBefore = (time: number): number => time - (time % INTERVAL_MS['1m']) - INTERVAL_MS['1m']

/** What a subscription begins with. */
export const fakeSnapshot = (market: FakeMarket, request: Readonly<Record<string, string>>): readonly unknown[] => {
  const { symbols, isCold } = market
  const { channel } = request
  const those = request.symbol ? [request.symbol] : symbols
  if (channel === 'candles') return isCold ? [] : those.flatMap(symbol => fakeCandles({ ...request, symbol }, 1))
  if (channel === 'kpis')
    return symbols.map((symbol, n) => ({
      exchange: 'sim',
      symbol,
      priceChangePct: n - 1.5,
      quoteVolume: 1e8 / (n + 1)
    }))
  if (channel === 'composites')
    return request.symbol === ALONE ? [] : [fakeComposite(request.symbol ?? 'BTC/USDT', minuteBefore(Date.now()))]
  if (channel === 'status') return [statusOf(market)]
  return channel === 'alerts' ? [fakeAlert('a1', Date.now() - 60_000)] : []
}
