import type { Quote } from '../../src/analyze/kpi/fold-quotes.ts'
import type { KpiFigure } from '../../src/market/records/derived/kpi.ts'
import type { BookLevel, BookTop } from '../../src/market/records/feed/book.ts'
import type { AnyCandle } from '../../src/market/records/feed/exchange-kline.ts'
import type { Ticker } from '../../src/market/records/feed/ticker.ts'
import { plainEma } from './plain-indicators.ts'

export type ExpectedKpi = { readonly time: number } & { readonly [Figure in KpiFigure]: number | null }

/** Of all that came before: the newest, and of equal ones the later. */
const newest = <T extends { readonly time: number }>(values: readonly T[]): T | undefined =>
  values.reduce<T | undefined>((best, value) => (best && best.time > value.time ? best : value), undefined)

const volume = (levels: readonly BookLevel[]): number =>
  levels.slice(0, 5).reduce((sum, [, quantity]) => sum + Number(quantity), 0)

const depth = (book: BookTop | undefined, time: number, baseVolume: number) => {
  const none = { marketDepthRatio: null, orderBookImbalance: null }
  if (!book || book.stale || time - book.time > 30_000 || book.bids.length === 0 || book.asks.length === 0) return none
  const [bid, ask] = [volume(book.bids), volume(book.asks)]
  return {
    marketDepthRatio: baseVolume === 0 ? null : (bid + ask) / baseVolume,
    orderBookImbalance: bid + ask === 0 ? null : (bid - ask) / (bid + ask)
  }
}

/** Closes of the minutes that had closed at `time`, back to the last hole, as they were last told. */
const closesAt = (candles: readonly AnyCandle[], time: number): readonly number[] => {
  const closes = new Map<number, number>()
  for (const { final, openTime, closeTime, close } of candles)
    if (final && closeTime <= time) closes.set(openTime, Number(close))
  const run: number[] = []
  for (let at = Math.max(...closes.keys()); closes.has(at); at -= 60_000) run.unshift(closes.get(at)!)
  return run
}

const macd = (closes: readonly number[]) => {
  if (closes.length < 26) return { macd: null, macdSignal: null, macdHistogram: null }
  const fast = plainEma(closes, 12).slice(14)
  const line = plainEma(closes, 26).map((slow, at) => fast[at]! - slow)
  const level = line.at(-1)!
  if (line.length < 9) return { macd: level, macdSignal: null, macdHistogram: null }
  const signal = plainEma(line, 9).at(-1)!
  return { macd: level, macdSignal: signal, macdHistogram: level - signal }
}

const over = (a: number, b: number): number | null => (b === 0 ? null : a / b)

const rolling = (of: Ticker) => {
  const [open, high, low, close] = [Number(of.open), Number(of.high), Number(of.low), Number(of.close)]
  const [baseVolume, quoteVolume] = [Number(of.baseVolume), Number(of.quoteVolume)]
  const [bid, ask] = [of.bid === null ? null : Number(of.bid), of.ask === null ? null : Number(of.ask)]
  return {
    ...{ open, high, low, close, bid, ask, baseVolume, quoteVolume },
    priceChangePct: open === 0 ? null : ((close - open) / open) * 100,
    priceSpread: bid === null || ask === null ? null : ask - bid,
    dailyRange: high - low,
    vwap: over(quoteVolume, baseVolume),
    turnoverRatio: over(quoteVolume, baseVolume)
  }
}

/** The KPIs that are due, each computed anew from everything that came before it. */
export const expectedKpis = (quotes: readonly Quote[], everyMs: number): readonly ExpectedKpi[] =>
  quotes.flatMap((quote, at): ExpectedKpi[] => {
    const before = quotes.slice(0, at)
    const last = newest(before.flatMap(({ kind, record }) => (kind === 'ticker' ? [record] : [])))
    if (quote.kind !== 'ticker' || !last) return []
    let time = last.time - (last.time % everyMs)
    while (time + everyMs < quote.record.time) time += everyMs
    if (time < last.time || time >= quote.record.time || time - last.time > 60_000) return []
    const books = before.flatMap(({ kind, record }) => (kind === 'book' && record.time <= time ? [record] : []))
    const candles = before.flatMap(({ kind, record }) => (kind === 'candle' ? [record] : []))
    const figures = rolling(last)
    return [{ time, ...figures, ...depth(newest(books), time, figures.baseVolume), ...macd(closesAt(candles, time)) }]
  })
