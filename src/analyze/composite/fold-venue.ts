import { isSimulated, symbolParts } from '../../market/instrument.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { Composite } from '../../market/records/derived/composite.ts'
import { epochMs } from '../../market/time.ts'
import type { Rejection, Step } from '../../stream/processor.ts'
import { type CandlesAt, type CompositeFigures, compositeAt, LOOK_BACK, missingAt } from './composite-at.ts'
import { type CompositeState, type CompositeWindow, touch } from './composite-state.ts'
import type { VenueCandle } from './venue-candle.ts'

type CompositeStep = Step<CompositeState, Composite>

/** How long a window waits for a venue that is late, and for a revision. */
const RETAINED_MS = INTERVAL_MS['1d']
const MINUTE_MS = INTERVAL_MS['1m']
const MIN_VENUES = 2
const NOTHING: readonly Composite[] = []

/** Folds the final 1m candles of the venues of one symbol into what they say together. */
export const foldVenue = (state: CompositeState, candle: Candle): CompositeStep => {
  const { exchange, openTime, revision } = candle
  if (!candle.final) return { state, emit: NOTHING }
  if (state.newest !== null && openTime <= state.newest - RETAINED_MS) return tooLate(state, candle)
  const earlier = state.windows.get(openTime)?.candles.get(exchange)
  if (earlier !== undefined && earlier.revision >= revision) return { state, emit: NOTHING }
  const before = earlier && isCorrection(earlier, candle) ? figuresAfter(state, openTime) : new Map<number, string>()
  const windowBefore = figuresOf(state, openTime)
  const newestBefore = state.newest ?? openTime
  accept(state, candle)
  if (windowBefore !== null) before.set(openTime, windowBefore)
  const due = [...before.keys(), openTime, ...passed(state, newestBefore)]
  const emit = [...new Set(due)]
    .sort((one, other) => one - other)
    .flatMap(time => publish(state, candle, time, before.get(time) ?? null))
  return { state, emit }
}

/** A first candle of long ago, as of a backfill, changes nothing; a revision says so. */
const tooLate = (state: CompositeState, { exchange, openTime, revision }: Candle): CompositeStep => {
  if (revision === 0) return { state, emit: NOTHING }
  const reject: Rejection = {
    reason: 'behind-window',
    detail: `revision ${revision} of the candle of ${openTime} of ${exchange} came too late`
  }
  return { state, emit: NOTHING, reject }
}

/** Whether the windows after it look back on something else now. */
const isCorrection = (earlier: VenueCandle, { close, volume }: Candle): boolean =>
  earlier.close !== close || earlier.volume !== volume

/** What the published window says, as text; null of one that is not published. */
const figuresOf = (state: CompositeState, openTime: number): string | null => {
  const window = state.windows.get(openTime)
  return window && window.revision !== null ? JSON.stringify(compositeAt(candlesIn(state), openTime)) : null
}

const candlesIn =
  ({ windows }: CompositeState): CandlesAt =>
  openTime =>
    windows.get(openTime)?.candles

/** What the published windows say that look back on one. */
const figuresAfter = (state: CompositeState, openTime: number): Map<number, string> => {
  const after = new Map<number, string>()
  for (let n = 1; n <= LOOK_BACK; n++) {
    const text = figuresOf(state, openTime + n * MINUTE_MS)
    if (text !== null) after.set(openTime + n * MINUTE_MS, text)
  }
  return after
}

const accept = (state: CompositeState, candle: Candle): void => {
  const { exchange, openTime, close, volume, quoteVolume, status, revision } = candle
  const window = state.windows.get(openTime) ?? { openTime, candles: new Map(), revision: null }
  window.candles.set(exchange, { close, volume, quoteVolume, status, revision })
  state.windows.set(openTime, window)
  touch(state, openTime)
  if (state.newest !== null && openTime > state.newest) evict(state, state.newest, openTime - RETAINED_MS)
  state.newest = Math.max(state.newest ?? openTime, openTime)
}

/** The windows of the day before `newest`, up to the last that a newer one leaves behind. */
const evict = (state: CompositeState, newest: number, last: number): void => {
  for (let time = newest - RETAINED_MS + MINUTE_MS; time <= Math.min(last, newest); time += MINUTE_MS)
    if (state.windows.delete(time)) touch(state, time)
}

/** The windows that wait for a venue no longer, since a candle of a later one has come. */
const passed = ({ windows, newest }: CompositeState, newestBefore: number): readonly number[] =>
  newest === null || newest === newestBefore || windows.get(newestBefore)?.revision !== null ? [] : [newestBefore]

/** Whether a window says something of several venues, and waits for none. */
const isDue = (state: CompositeState, { openTime, revision, candles }: CompositeWindow): boolean => {
  if (revision !== null) return true
  const missing = missingAt(candlesIn(state), openTime).length
  return candles.size + missing >= MIN_VENUES && (missing === 0 || openTime < state.newest!)
}

const publish = (
  state: CompositeState,
  candle: Candle,
  openTime: number,
  before: string | null
): readonly Composite[] => {
  const window = state.windows.get(openTime)
  if (!window || !isDue(state, window)) return NOTHING
  const figures = compositeAt(candlesIn(state), openTime)
  if (JSON.stringify(figures) === before) return NOTHING
  window.revision = window.revision === null ? 0 : window.revision + 1
  touch(state, openTime)
  return [toComposite(candle, window.revision, openTime, figures)]
}

const toComposite = (
  { exchange, symbol }: Candle,
  revision: number,
  openTime: number,
  figures: CompositeFigures
): Composite => ({
  symbol,
  ...symbolParts(symbol),
  simulated: isSimulated(exchange),
  interval: '1m',
  openTime: epochMs(openTime),
  closeTime: epochMs(openTime + MINUTE_MS),
  ...figures,
  revision
})
