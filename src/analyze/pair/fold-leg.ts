import type { PairLeg } from '../../market/pair-leg.ts'
import type { PairStats } from '../../market/pair-stats.ts'
import { epochMs } from '../../market/time.ts'
import type { Step } from '../../stream/processor.ts'
import { figuresOf } from './figures-of.ts'
import { type Known, type Point, pointAt, putPoint, windowFrom } from './pair-series.ts'
import { chunkOf, type PairOptions, type PairState, partName } from './pair-state.ts'
import { forgetChunks, keepWaiting, takeWaiting } from './waiting.ts'
import { windowAt } from './window-at.ts'

const NOTHING: readonly PairStats[] = []

/** null for what is no price to reckon with: a logarithm of nothing, or more digits than a number holds. */
const priceOf = (close: string, prices: PairOptions['prices']): number | null => {
  const price = prices === 'log' ? Math.log(Number(close)) : Number(close)
  return Number.isFinite(price) ? price : null
}

/**
 * Folds the legs of one pair and interval into its statistics. There is a value where both have a candle, and nowhere else;
 * a corrected candle within the newest window gives every value that it bears on anew.
 */
export const foldLeg =
  (options: PairOptions) =>
  (state: PairState, leg: PairLeg): Step<PairState, PairStats> => {
    const from = windowFrom(state.series)
    if (from !== null && leg.openTime < from) return behind(state, leg)
    const price = priceOf(leg.close, options.prices)
    const point = price === null ? null : meet(state, leg, price)
    if (point === null) return { state, emit: NOTHING }
    return { state, emit: take(state, leg, point, options) }
  }

/** Values that the newest window does not bear on any more are not made again; a first candle there has had its time, or its twin has none. */
const behind = (state: PairState, { revision, openTime }: PairLeg): Step<PairState, PairStats> => {
  if (revision === 0) return { state, emit: NOTHING }
  const reject = { reason: 'behind-window', detail: `revision ${revision} of the candle of ${openTime} came too late` }
  return { state, emit: NOTHING, reject }
}

/** The point that a leg makes or changes; null while it waits for the other, and when it says what is known. */
const meet = (state: PairState, { side, openTime }: PairLeg, price: number): Point | null => {
  const known = pointAt(state.series, openTime)
  if (known) return known[side] === price ? null : { ...known, [side]: price }
  const other = side === 'a' ? 'b' : 'a'
  const chunk = chunkOf(state, openTime)
  const twin = takeWaiting(state.waiting[other], chunk, openTime)
  if (twin === undefined) {
    const forgotten = keepWaiting(state.waiting[side], chunk, openTime, price)
    for (const one of [chunk, ...forgotten]) state.changed.add(partName(side, one))
    return null
  }
  state.changed.add(partName(other, chunk))
  return side === 'a' ? { openTime, a: price, b: twin } : { openTime, a: twin, b: price }
}

/** Puts the point in, and gives the values that it bears on. */
const take = (state: PairState, leg: PairLeg, point: Point, options: PairOptions): readonly PairStats[] => {
  const before = oldestChunk(state)
  const count = putPoint(state.series, point)
  state.changed.add(partName('points', chunkOf(state, point.openTime)))
  if (before !== oldestChunk(state)) state.changed.add(partName('points', before))
  forgetBehind(state)
  return state.series.points.slice(-count).flatMap(known => statsAt(state, leg, known, options))
}

const oldestChunk = (state: PairState): number => chunkOf(state, state.series.points[0]?.openTime ?? 0)

const statsAt = (
  { series }: PairState,
  { a, b, interval }: PairLeg,
  point: Known,
  { window, methods }: PairOptions
): readonly PairStats[] =>
  figuresOf(windowAt(series, point), methods).map(({ method, ...figures }) => ({
    a,
    b,
    interval,
    openTime: epochMs(point.openTime),
    window,
    method,
    ...figures
  }))

/** What waits before the newest window has nothing to wait for. */
const forgetBehind = (state: PairState): void => {
  const from = windowFrom(state.series)
  if (from === null) return
  for (const side of ['a', 'b'] as const)
    for (const chunk of forgetChunks(state.waiting[side], chunkOf(state, from)))
      state.changed.add(partName(side, chunk))
}
