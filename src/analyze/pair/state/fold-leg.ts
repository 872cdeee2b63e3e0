import { isPrice } from '../../../market/parse-decimal.ts'
import type { PairLeg } from '../../../market/records/derived/pair-leg.ts'
import type { PairStats } from '../../../market/records/derived/pair-stats.ts'
import { epochMs } from '../../../market/time.ts'
import type { Rejection, Step } from '../../../stream/processor.ts'
import { figuresOf } from '../figures-of.ts'
import { windowAt } from '../window-at.ts'
import { type Point, pointAt, type SeriesPoint, upsertPoint, windowFrom } from './pair-series.ts'
import { chunkOf, HEAD, type PairOptions, type PairState, partName } from './pair-state.ts'
import { addWaiting, evictChunks, removeWaiting } from './waiting.ts'

const NOTHING: readonly PairStats[] = []

/** null for what is no price to reckon with: 0, as the exchange says before the first trade of a listing, or more digits than a number holds. */
const priceOf = (close: string, prices: PairOptions['prices']): number | null => {
  const price = Number(close)
  if (!isPrice(price)) return null
  return prices === 'log' ? Math.log(price) : price
}

/** Values to a leg: a correction deep in a long window bears on many, and those of other pairs must not wait for all of them. */
const MAX_AT_ONCE = 16

/**
 * Folds the legs of one pair and interval into its statistics. There is a value where both have a candle, and nowhere else;
 * a corrected candle within the newest window gives every value that it bears on anew, the oldest first, over as many legs as it takes.
 */
export const aggregateLeg =
  (options: PairOptions) =>
  (state: PairState, leg: PairLeg): Step<PairState, PairStats> => {
    const from = windowFrom(state.series)
    if (from !== null && leg.openTime < from) return tooLate(state, leg)
    const price = priceOf(leg.close, options.prices)
    const point = price === null ? null : pointOf(state, leg, price)
    if (point !== null) accept(state, point)
    const due = state.stale === null ? [] : nextDue(state, state.stale, point)
    return { state, emit: due.flatMap(point => statsAt(state, leg, point, options)) }
  }

/** Values that the newest window does not bear on any more are not made again; a first candle there has had its time, or its twin has none. */
const tooLate = (state: PairState, { revision, openTime }: PairLeg): Step<PairState, PairStats> => {
  if (revision === 0) return { state, emit: NOTHING }
  const reject: Rejection = {
    reason: 'behind-window',
    detail: `revision ${revision} of the candle of ${openTime} came too late`
  }
  return { state, emit: NOTHING, reject }
}

/** The point that a leg makes or changes; null while it waits for the other, and when it says what is known. */
const pointOf = (state: PairState, { side, openTime }: PairLeg, price: number): Point | null => {
  const point = pointAt(state.series, openTime)
  if (point) return point[side] === price ? null : { ...point, [side]: price }
  const other = side === 'a' ? 'b' : 'a'
  const chunk = chunkOf(state, openTime)
  const twin = removeWaiting(state.waiting[other], chunk, openTime)
  if (twin === undefined) {
    const forgotten = addWaiting(state.waiting[side], chunk, openTime, price)
    for (const one of [chunk, ...forgotten]) state.changed.add(partName(side, one))
    return null
  }
  state.changed.add(partName(other, chunk))
  return side === 'a' ? { openTime, a: price, b: twin } : { openTime, a: twin, b: price }
}

const accept = (state: PairState, point: Point): void => {
  const before = oldestChunk(state)
  upsertPoint(state.series, point)
  state.stale = Math.min(state.stale ?? point.openTime, point.openTime)
  state.changed.add(partName('points', chunkOf(state, point.openTime)))
  if (before !== oldestChunk(state)) state.changed.add(partName('points', before))
  evictWaiting(state)
}

/** The next points whose values are to be made, and the newest in any case when it has just come. */
const nextDue = (state: PairState, stale: number, point: Point | null): readonly SeriesPoint[] => {
  const { points } = state.series
  const from = points.findLastIndex(({ openTime }) => openTime < stale) + 1
  const due = points.slice(from, from + MAX_AT_ONCE)
  const newest = points.at(-1)
  state.stale = points[from + MAX_AT_ONCE]?.openTime ?? null
  state.changed.add(HEAD)
  return state.stale !== null && newest && newest.openTime === point?.openTime ? [...due, newest] : due
}

const oldestChunk = (state: PairState): number => chunkOf(state, state.series.points[0]?.openTime ?? 0)

const statsAt = (
  { series }: PairState,
  { a, b, interval, standIn }: PairLeg,
  point: SeriesPoint,
  { window, methods }: PairOptions
): readonly PairStats[] =>
  figuresOf(windowAt(series, point), methods).map(({ method, ...figures }) => ({
    a,
    b,
    interval,
    openTime: epochMs(point.openTime),
    window,
    method,
    ...figures,
    ...(standIn ? { standIn } : {})
  }))

/** What waits before the newest window has nothing to wait for. */
const evictWaiting = (state: PairState): void => {
  const from = windowFrom(state.series)
  if (from === null) return
  for (const side of ['a', 'b'] as const)
    for (const chunk of evictChunks(state.waiting[side], chunkOf(state, from))) state.changed.add(partName(side, chunk))
}
