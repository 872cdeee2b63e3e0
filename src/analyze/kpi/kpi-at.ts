import type { Kpi } from '../../market/records/derived/kpi.ts'
import type { Ticker } from '../../market/records/feed/ticker.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Macd } from '../indicator/macd.ts'
import type { Depth } from './depth.ts'

const digitsBehind = (decimal: string): number => {
  const point = decimal.indexOf('.')
  return point < 0 ? 0 : decimal.length - point - 1
}

const scaled = (decimal: string, digits: number): bigint =>
  BigInt(decimal.replace('.', '') + '0'.repeat(digits - digitsBehind(decimal)))

/** a - b of two canonical decimals, rounded once: a spread of a cent between two large prices keeps its digits. */
const exactDifference = (a: string, b: string): number => {
  const digits = Math.max(digitsBehind(a), digitsBehind(b))
  const units = scaled(a, digits) - scaled(b, digits)
  return Number(`${units}e-${digits}`)
}

/** What is missing, divided by zero or out of a number's range is undefined. */
const defined = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null)

const figure = (text: string | null): number | null => defined(text === null ? null : Number(text))

const ratio = (over: number | null, under: number | null): number | null =>
  over === null || under === null ? null : defined(over / under)

const difference = (a: string | null, b: string | null): number | null =>
  a === null || b === null ? null : defined(exactDifference(a, b))

const percent = (share: number | null): number | null => (share === null ? null : defined(share * 100))

const depthFigures = (depth: Depth | null, baseVolume: number | null) => {
  if (depth === null || depth.bid === null || depth.ask === null)
    return { marketDepthRatio: null, orderBookImbalance: null }
  const { bid, ask } = depth
  return {
    marketDepthRatio: ratio(bid + ask, baseVolume),
    orderBookImbalance: ratio(bid - ask, bid + ask)
  }
}

/** The KPIs of a moment, by the formulas that the contract gives: from the newest ticker, the depth and the MACD known then. */
export const kpiAt = (time: EpochMs, ticker: Ticker, depth: Depth | null, macd: Macd | null): Kpi => {
  const [baseVolume, quoteVolume] = [figure(ticker.baseVolume), figure(ticker.quoteVolume)]
  const averagePrice = ratio(quoteVolume, baseVolume)
  const { marketDepthRatio, orderBookImbalance } = depthFigures(depth, baseVolume)
  return {
    exchange: ticker.exchange,
    symbol: ticker.symbol,
    time,
    open: figure(ticker.open),
    high: figure(ticker.high),
    low: figure(ticker.low),
    close: figure(ticker.close),
    bid: figure(ticker.bid),
    ask: figure(ticker.ask),
    baseVolume,
    quoteVolume,
    priceChangePct: percent(ratio(difference(ticker.close, ticker.open), figure(ticker.open))),
    priceSpread: difference(ticker.ask, ticker.bid),
    dailyRange: difference(ticker.high, ticker.low),
    vwap: averagePrice,
    marketDepthRatio,
    orderBookImbalance,
    turnoverRatio: averagePrice,
    macd: macd?.macd ?? null,
    macdSignal: macd?.signal ?? null,
    macdHistogram: macd?.histogram ?? null
  }
}
