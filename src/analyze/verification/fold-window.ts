import { INTERVAL_MS } from '../../market/interval.ts'
import type { Difference, Verification } from '../../market/records/derived/verification.ts'
import type { AnyCandle } from '../../market/records/feed/exchange-kline.ts'
import { epochMs } from '../../market/time.ts'
import type { Step } from '../../stream/processor.ts'
import { differencesOf, figuresOf, isComplete } from './compare-figures.ts'
import { touch, type VerificationState, type VerifiedWindow } from './verification-state.ts'

/** How long a minute waits for its counterpart, and ours for a revision. */
const RETAINED_MS = INTERVAL_MS['1d']
const MINUTE_MS = INTERVAL_MS['1m']

/**
 * Folds final 1m candles, ours and the exchange's, into what they say about each other. `incomparable`: fields that an exchange makes by a
 * rule of its own.
 */
export const foldWindow = (
  state: VerificationState,
  candle: AnyCandle,
  incomparable: readonly string[] = []
): Step<VerificationState, Verification> => {
  const { openTime } = candle
  const isOld = state.newest !== null && openTime <= state.newest - RETAINED_MS
  if (!candle.final || isOld) return { state, emit: [] }
  const window = state.windows.get(openTime) ?? { openTime, computed: null, reference: null, result: null }
  if (!accept(window, candle, incomparable)) return { state, emit: [] }
  state.windows.set(openTime, window)
  if (candle.status !== 'exchange') state.ownFrom = Math.min(state.ownFrom ?? openTime, openTime)
  touch(state, openTime)
  const unmatched = evict(state, openTime)
  return { state, emit: [...unmatched, ...compare(state, window)] }
}

/** Takes a candle into its window; false when it says nothing new. */
const accept = (window: VerifiedWindow, candle: AnyCandle, incomparable: readonly string[]): boolean => {
  const figures = figuresOf(candle, incomparable)
  if (candle.status === 'exchange') {
    const isNew = window.reference === null || differencesOf(figures, window.reference).length > 0
    window.reference = figures
    return isNew
  }
  if (window.computed !== null && candle.revision <= window.computed.revision) return false
  window.computed = { revision: candle.revision, isComplete: isComplete(candle), figures }
  return true
}

const compare = (state: VerificationState, window: VerifiedWindow): readonly Verification[] => {
  const { computed, reference } = window
  if (computed === null || reference === null) return []
  const differences = differencesOf(computed.figures, reference)
  window.result = computed.isComplete ? (differences.length === 0 ? 'equal' : 'different') : 'incomplete'
  return [toVerification(state, window, window.result, differences)]
}

/** The windows that are a day behind the newest leave; of those of our time that never met their counterpart, it is said. */
const evict = (state: VerificationState, openTime: number): readonly Verification[] => {
  if (state.newest !== null && openTime <= state.newest) return []
  state.newest = openTime
  const left = [...state.windows.values()]
    .filter(window => window.openTime <= openTime - RETAINED_MS)
    .sort((a, b) => a.openTime - b.openTime)
  for (const { openTime: minute, result } of left) {
    state.windows.delete(minute)
    touch(state, minute)
    if (result === 'equal') state.equalTo = minute + MINUTE_MS
  }
  return left
    .filter(window => window.result === null && window.openTime >= (state.ownFrom ?? window.openTime + 1))
    .map(window => toVerification(state, window, 'unmatched', []))
}

/** The end of the newest equal window before the oldest that differs. */
const verifiedTo = ({ windows, equalTo }: VerificationState): number | null => {
  let [differing, end] = [Number.POSITIVE_INFINITY, equalTo]
  for (const { openTime, result } of windows.values())
    if (result === 'different') differing = Math.min(differing, openTime)
  for (const { openTime, result } of windows.values())
    if (result === 'equal' && openTime < differing) end = Math.max(end ?? 0, openTime + MINUTE_MS)
  return end
}

const toVerification = (
  state: VerificationState,
  { openTime, computed }: VerifiedWindow,
  result: Verification['result'],
  differences: readonly Difference[]
): Verification => {
  const end = verifiedTo(state)
  return {
    exchange: state.instrument.exchange,
    symbol: state.instrument.symbol,
    interval: '1m',
    openTime: epochMs(openTime),
    time: epochMs(openTime + MINUTE_MS),
    result,
    revision: computed?.revision ?? -1,
    differences,
    verifiedTo: end === null ? null : epochMs(end)
  }
}
