import { symbolParts } from '../../src/market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../src/market/interval.ts'
import type { Alert } from '../../src/market/records/alert/alert.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Composite, CompositeVenue } from '../../src/market/records/derived/composite.ts'
import { INDICATOR_FIGURES, type Indicators } from '../../src/market/records/derived/indicators.ts'
import type { PairStats } from '../../src/market/records/derived/pair-stats.ts'
import { epochMs } from '../../src/market/time.ts'

/** The same wave for everybody, so that a price follows from its time. */
const priceAt = (symbol: string, time: number): number => {
  const base = 100 * symbol.charCodeAt(0)
  const minutes = time / 60_000
  return base + 30 * Math.sin(minutes / 37) + 9 * Math.sin(minutes / 5) + 4 * Math.sin(minutes * 2.1)
}

/** A candle of an invented market. */
export const fakeCandle = (symbol: string, interval: Interval, openTime: number, now: number): Candle => {
  const length = INTERVAL_MS[interval]
  const end = Math.min(openTime + length, now)
  const prices = [0, 0.3, 0.6, 1].map(part => priceAt(symbol, openTime + part * (end - openTime)))
  const text = (price: number): string => String(Number(price.toFixed(2)))
  return {
    exchange: 'sim',
    symbol,
    interval,
    openTime: epochMs(openTime),
    closeTime: epochMs(openTime + length),
    open: text(prices[0]!),
    high: text(Math.max(...prices) + 1),
    low: text(Math.min(...prices) - 1),
    close: text(prices[3]!),
    volume: text(20 + 15 * Math.sin(openTime / 1e5)),
    quoteVolume: '1000',
    tradeCount: 100,
    takerBuyVolume: '10',
    takerBuyQuoteVolume: '500',
    firstTradeId: '1',
    lastTradeId: '100',
    revision: 0,
    final: openTime + length <= now,
    status: openTime + length < now - 100 * length ? 'exchange' : 'traded'
  }
}

export const fakeIndicators = (candle: Candle): Indicators => {
  const { exchange, symbol, interval, openTime, final, revision } = candle
  const close = Number(candle.close)
  const wave = Math.sin(openTime / 1e6)
  const figures = Object.fromEntries(INDICATOR_FIGURES.map(name => [name, close + 3 * wave]))
  return {
    ...({
      ...figures,
      rsi14: 50 + 25 * wave,
      macd: wave,
      macdSignal: wave * 0.8,
      macdHistogram: wave * 0.2
    } as Indicators),
    bbUpper: close + 12,
    bbLower: close - 12,
    exchange,
    symbol,
    interval,
    openTime,
    final,
    revision
  }
}

const fakeVenue = (exchange: string, price: number, close: number, weight: number): CompositeVenue => ({
  exchange,
  close: String(Number(close.toFixed(2))),
  volume: String(10 * weight),
  quoteVolume: String(Number((close * 10 * weight).toFixed(3))),
  vwap: close,
  weight,
  deviationBps: ((close - price) / price) * 10_000,
  lead: weight > 0.2 ? 0 : null,
  leadCorrelation: weight > 0.2 ? 0.97 : 0.21,
  status: weight > 0.5 ? 'traded' : 'matched',
  revision: weight > 0.5 ? 0 : 1
})

/** A minute of an invented market across venues. */
export const fakeComposite = (symbol: string, openTime: number, more: Partial<Composite> = {}): Composite => {
  const price = priceAt(symbol, openTime)
  const spread = 1 + Math.sin(openTime / 4e5)
  return {
    symbol,
    ...symbolParts(symbol),
    simulated: true,
    interval: '1m',
    openTime: epochMs(openTime),
    closeTime: epochMs(openTime + INTERVAL_MS['1m']),
    price,
    volume: '10',
    quoteVolume: String(Math.round(10 * price)),
    dispersionBps: ((2 * spread) / price) * 10_000,
    status: 'matched',
    venues: [
      fakeVenue('sim', price, price + spread * 0.1, 0.6),
      fakeVenue('sim-bybit', price, price - spread, 0.1),
      fakeVenue('sim-kraken', price, price + spread, 0.3)
    ],
    missing: [{ exchange: 'sim-bitstamp', since: epochMs(openTime - 120_000) }],
    revision: 0,
    ...more
  }
}

export const fakePair = (openTime: number, interval: Interval, method: PairStats['method']): PairStats => ({
  a: 'sim:BTC/USDT',
  b: 'sim:ETH/USDT',
  interval,
  openTime: epochMs(openTime),
  window: 200,
  method,
  alpha: 12,
  beta: 0.9,
  spread: 5 * Math.sin(openTime / 4e5),
  spreadMean: 0,
  spreadStd: 2,
  zScore: 2.5 * Math.sin(openTime / 4e5),
  correlation: 0.8 + 0.1 * Math.sin(openTime / 9e5),
  halfLife: 12.3,
  adfStat: -1.4,
  adfPValue: 0.31,
  egStat: -2.1,
  egPValue: 0.43,
  cointegrated: false
})

export const fakeAlert = (id: string, time: number): Alert => ({
  id,
  rule: 'z_score-2',
  kind: 'z_score',
  priority: 'medium',
  pair: 'sim:BTC/USDT~sim:ETH/USDT',
  time: epochMs(time),
  value: 2.31,
  threshold: 2,
  state: 'firing',
  message: 'sim:BTC/USDT~sim:ETH/USDT: z-score 2.31 is above 2'
})
