import type { WireCandle } from '../../exchange/binance/stream/encode.ts'
import { type Feed, printOf } from '../market/market.ts'
import type { FoldCache } from '../market/window-sum-cache.ts'
import type { Listed } from './venue.ts'

/** A page adds up at most so much, but one window in any case: nobody waits minutes for a year of days. */
const PRINTS_A_PAGE = 4_000_000
const MINUTES_A_PAGE = 20_000
const MINUTE = 60_000
/** Prints added up before others get their turn. */
const PRINTS_A_STEP = 20_000

/** Which candles are asked for; times in epoch ms, inclusive, null = open. */
export type CandleQuery = {
  readonly length: number
  readonly startTime: number | null
  readonly endTime: number | null
  readonly limit: number
}

/** Open times of the page, ascending: the oldest from `startTime` on, or else the newest. */
const openTimes = (feed: Feed, now: number, query: CandleQuery): number[] => {
  const { length, startTime, endTime, limit } = query
  const first = printOf(feed, feed.firstId())
  if (!first) return []
  const oldest = first.time - (first.time % length)
  const from = Math.max(oldest, Math.ceil((startTime ?? 0) / length) * length)
  const until = Math.min(now, endTime ?? now)
  const to = until - (until % length)
  const begin = startTime === null ? Math.max(from, to - (limit - 1) * length) : from
  const times: number[] = []
  for (let at = begin; at <= to && times.length < limit; at += length) times.push(at)
  return times
}

/** As many of the windows as may be added up, counted from the side that was asked for. */
const affordable = (feed: Feed, times: readonly number[], query: CandleQuery): readonly number[] => {
  const fromOldest = query.startTime !== null
  const ordered = fromOldest ? times : times.toReversed()
  const edge = ordered[0]
  if (edge === undefined) return times
  const near = fromOldest ? feed.idAt(edge) : feed.idAt(edge + query.length)
  const far = (at: number): number => (fromOldest ? feed.idAt(at + query.length) : feed.idAt(at))
  const maxCandles = Math.max(1, Math.floor((MINUTES_A_PAGE * MINUTE) / query.length))
  const page = ordered.slice(0, maxCandles).filter((at, i) => i === 0 || Math.abs(far(at) - near) <= PRINTS_A_PAGE)
  return fromOldest ? page : page.toReversed()
}

/** Adds up the window's minutes, some at a time, so that the candle is only their sum. */
const prepare = async (
  feed: Feed,
  folds: FoldCache,
  window: { readonly from: number; readonly to: number },
  pause: () => Promise<void>
): Promise<void> => {
  let yieldedAt = feed.idAt(window.from)
  for (let at = window.from; at < window.to; at += MINUTE) {
    const id = feed.idAt(at + MINUTE)
    folds.fold(at, at + MINUTE)
    if (id - yieldedAt < PRINTS_A_STEP) continue
    yieldedAt = id
    await pause()
  }
}

/** A page of the exchange's candles, oldest first. `pause` lets the stream go on while a long page is added up. */
export const candlePage = async (
  { feed, folds }: Pick<Listed, 'feed' | 'folds'>,
  now: number,
  query: CandleQuery,
  pause: () => Promise<void>
): Promise<readonly WireCandle[]> => {
  const times = affordable(feed, openTimes(feed, now, query), query)
  const [from, last] = [times[0], times.at(-1)]
  if (from === undefined || last === undefined) return []
  if (query.length >= MINUTE) await prepare(feed, folds, { from, to: Math.min(now, last + query.length) }, pause)
  return times.map(openTime => folds.candle(openTime, openTime + query.length))
}
