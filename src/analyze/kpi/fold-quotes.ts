import type { Kpi } from '../../market/records/derived/kpi.ts'
import type { BookTop } from '../../market/records/feed/book.ts'
import type { AnyCandle } from '../../market/records/feed/exchange-kline.ts'
import type { Ticker } from '../../market/records/feed/ticker.ts'
import { epochMs } from '../../market/time.ts'
import type { Step } from '../../stream/processor.ts'
import { endAt, isProvisional } from '../provisional.ts'
import { addDepth, depthAt, depthOf, evictDepths } from './depth.ts'
import { kpiAt } from './kpi-at.ts'
import { type KpiState, MACD, QUOTES } from './kpi-state.ts'
import { addClose, macdAt } from './minute-closes.ts'

/** A record of one of the inputs. */
export type Quote =
  | { readonly kind: 'ticker'; readonly record: Ticker }
  | { readonly kind: 'book'; readonly record: BookTop }
  | { readonly kind: 'candle'; readonly record: AnyCandle }

/** `everyMs`: KPIs are made for its multiples, in event time. */
export type KpiOptions = { readonly everyMs: number }

/** Of an instrument that its exchange has not spoken of for longer, nothing is known now. */
const OLDEST_TICKER_MS = 60_000

const NOTHING: readonly Kpi[] = []

/** Folds tickers, books and 1m candles into KPIs. Tickers are the clock: one that passes a boundary makes the KPI of that boundary. */
export const foldQuote =
  ({ everyMs }: KpiOptions) =>
  (state: KpiState, { kind, record }: Quote): Step<KpiState, Kpi> => {
    if (kind === 'ticker') return { state, emit: foldTicker(state, record, everyMs) }
    if (kind === 'book') foldBook(state, record, everyMs)
    else if (record.final && isWanted(state, record)) foldClose(state, record)
    return { state, emit: NOTHING }
  }

const foldBook = (state: KpiState, book: BookTop, everyMs: number): void => {
  state.depths = addDepth(state.depths, depthOf(book), everyMs)
  state.changed.add(QUOTES)
}

/** The exchange's candles count up to our first one. */
const isWanted = (state: KpiState, candle: AnyCandle): boolean => {
  if (candle.status === 'exchange') return isProvisional(state.provisionalEnd, candle)
  state.provisionalEnd = endAt(state.provisionalEnd, candle.openTime)
  return true
}

const foldClose = (state: KpiState, { openTime, close }: AnyCandle): void => {
  state.minutes = addClose(state.minutes, openTime, Number(close))
  state.changed.add(MACD)
}

/** A ticker that is older than the newest one is no news. */
const foldTicker = (state: KpiState, ticker: Ticker, everyMs: number): readonly Kpi[] => {
  const before = state.ticker
  if (before && ticker.time < before.time) return NOTHING
  state.ticker = ticker
  state.changed.add(QUOTES)
  const boundary = ticker.time - 1 - ((ticker.time - 1) % everyMs)
  if (before === null || boundary < before.time) return NOTHING
  const emit = before.time < boundary - OLDEST_TICKER_MS ? NOTHING : [kpiOf(state, before, boundary)]
  state.depths = evictDepths(state.depths, boundary)
  return emit
}

const kpiOf = ({ depths, minutes }: KpiState, ticker: Ticker, time: number): Kpi =>
  kpiAt(epochMs(time), ticker, depthAt(depths, time), macdAt(minutes, time))
