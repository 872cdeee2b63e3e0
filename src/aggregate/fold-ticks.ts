import { epochOf, ordinalOf } from '../market/epoch.ts'
import type { Candle } from '../market/records/derived/candle.ts'
import {
  chainNumber,
  type GapMarker,
  type Heartbeat,
  isExcluded,
  isTrade,
  type Tick,
  type Trade
} from '../market/records/feed/trade.ts'
import { foldUnnumbered } from './fold-unnumbered.ts'
import type { Span } from './gaps.ts'
import {
  type Added,
  abandon,
  addId,
  assertUpTo,
  canCome,
  completeThrough,
  expireGaps,
  isMissing,
  type Ledger
} from './ledger.ts'
import { addToWindows, type CandleStep, NOTHING, reachesBack, reject, tooLate } from './place-trade.ts'
import { type AggregateOptions, beginSymbol, type SymbolState, setNextClose } from './state/symbol-state.ts'
import { closeWindows, reviseWindows } from './windows/close-windows.ts'
import { unpinWindows } from './windows/keep-windows.ts'

const isId = (id: number): boolean => Number.isSafeInteger(id) && id >= 0

/**
 * Nothing arrives before it happened. A record that says so proves nothing; so much is left for the clock of whoever wrote it, which may
 * be behind. (Our own ingest takes the exchange's clock where its machine's is.)
 */
const MAX_AHEAD_MS = 60_000

const isFuture = ({ time, receivedAt }: Tick): boolean => time > receivedAt + MAX_AHEAD_MS

const notYet = (state: SymbolState, { time, receivedAt }: Tick): CandleStep =>
  reject(state, 'future-time', `its time ${time} is more than ${MAX_AHEAD_MS} ms later than its arrival, ${receivedAt}`)

/** Folds one record of `raw_ticks` into the candles of its symbol. */
export const foldTick =
  (options: AggregateOptions) =>
  (state: SymbolState, tick: Tick): CandleStep => {
    if (!isTrade(tick) && tick.kind === 'gap') return foldGapMarker(options, state, tick)
    if (isFuture(tick)) return notYet(state, tick)
    if (state.unnumbered !== null) return foldUnnumbered(options, state, state.unnumbered, tick)
    return isTrade(tick) ? foldTrade(options, state, tick) : foldHeartbeat(options, state, tick)
  }

const foldTrade = (options: AggregateOptions, state: SymbolState, trade: Trade): CandleStep => {
  const id = ordinalOf(epochOf(trade), chainNumber(trade))
  if (!isId(id)) return reject(state, 'bad-id', `${named(trade)} is not a whole number, so it proves nothing`)
  if (isExcluded(trade)) return countExcluded(options, state, trade, id)
  if (state.ledger === null) {
    beginSymbol(state, options, id, trade.time)
    addToWindows(state, trade, id, nameOf(trade))
    return { state, emit: NOTHING }
  }
  return countTrade(options, state, state.ledger, trade, id)
}

const named = ({ id, sequence }: Trade): string => (sequence === undefined ? `trade id ${id}` : `sequence ${sequence}`)

const nameOf = ({ id, sequence }: Trade): string => (sequence === undefined ? '' : id)

/** Of a trade that is no part of candles the number counts alone, so that it is not missing. */
const countExcluded = (options: AggregateOptions, state: SymbolState, trade: Trade, id: number): CandleStep => {
  const { ledger } = state
  if (ledger === null || id < ledger.firstId) return { state, emit: NOTHING }
  if (trade.time > state.now) state.now = trade.time
  const added = addId(ledger, id, trade.time, state.now)
  return added.kind === 'duplicate' ? { state, emit: NOTHING } : settle(options, state, ledger, added.changed)
}

const countTrade = (
  options: AggregateOptions,
  state: SymbolState,
  ledger: Ledger,
  trade: Trade,
  id: number
): CandleStep => {
  const { time } = trade
  if (time > state.now) state.now = time
  const begin = state.series[0]?.begin
  const forgotten = !reachesBack(state, time)
  if (forgotten && id < ledger.firstId) return tooLate(state, trade)
  const beganAt = ledger.firstTime
  const pinned = forgotten && canCome(ledger, id) && isPinned(state, time)
  if (forgotten && !pinned && isMissing(ledger, id)) return tooLate(state, trade)
  const added = addId(ledger, id, time, state.now)
  if (added.kind === 'duplicate') return { state, emit: NOTHING }
  if (forgotten && !pinned) return tooLate(state, trade)
  if (added.kind === 'earlier' || state.series[0]?.begin !== begin) rewind(state, time)
  const late = addToWindows(state, trade, id, nameOf(trade))
  return settle(options, state, ledger, spanOf(added, time, late, beganAt))
}

/** True for a window behind the horizon, of any interval, that waits for the trades of a gap. */
const isPinned = ({ series }: SymbolState, time: number): boolean =>
  series.some(({ pinned, lengthMs }) => pinned.has(time - (time % lengthMs)))

/** An earlier beginning moves the watermark back as long as nothing has been closed by it. */
const rewind = (state: SymbolState, time: number): void => {
  const finest = state.series[0]
  if (finest && finest.closedTo === finest.begin) state.watermark = time
  setNextClose(state)
}

/** Between which times closed windows differ now. */
const spanOf = ({ kind, changed }: Added, time: number, late: boolean, beganAt: number): Span | null => {
  if (kind === 'earlier') return { from: time, to: beganAt }
  if (kind === 'filled' || !late) return changed
  return { from: Math.min(time, changed?.from ?? time), to: Math.max(time, changed?.to ?? time) }
}

/** Revises what the record changed of closed windows, then moves the watermark and closes what it has passed. */
const settle = (options: AggregateOptions, state: SymbolState, ledger: Ledger, span: Span | null): CandleStep => {
  if (ledger.gaps.length > 0) expireGaps(ledger, state.now, options.gapHoldMs)
  const reached = ledger.gaps.length > 0 ? completeThrough(ledger) : ledger.lastTime
  if (reached > state.watermark) state.watermark = reached
  if (span === null && state.watermark < state.nextClose) return { state, emit: NOTHING }
  const emit: Candle[] = []
  if (span) reviseWindows(state, ledger, span.from, span.to, emit)
  if (span) unpinWindows(state, ledger)
  const reject = state.watermark >= state.nextClose ? closeWindows(state, ledger, options, emit) : undefined
  return reject ? { state, emit, reject } : { state, emit }
}

const foldHeartbeat = (options: AggregateOptions, state: SymbolState, heartbeat: Heartbeat): CandleStep => {
  const lastId = heartbeat.lastId === null ? Number.NaN : ordinalOf(epochOf(heartbeat), heartbeat.lastId)
  if (!isId(lastId))
    return reject(state, 'bad-id', `lastId ${heartbeat.lastId} is not a whole number, so it proves nothing`)
  if (state.ledger === null) return { state, emit: NOTHING }
  if (heartbeat.time > state.now) state.now = heartbeat.time
  const span = assertUpTo(state.ledger, lastId, heartbeat.time, state.now)
  return settle(options, state, state.ledger, span)
}

const foldGapMarker = (options: AggregateOptions, state: SymbolState, marker: GapMarker): CandleStep => {
  if (state.unnumbered !== null) return reject(state, 'bad-id', 'where trades have no number none can be given up')
  const epoch = epochOf(marker)
  const [fromId, toId] = [ordinalOf(epoch, marker.fromId), ordinalOf(epoch, marker.toId)]
  if (!isId(fromId) || !isId(toId))
    return reject(state, 'bad-id', `${marker.fromId}..${marker.toId} are not whole numbers, so they prove nothing`)
  if (state.ledger === null) return { state, emit: NOTHING }
  const time = isFuture(marker) ? marker.receivedAt : marker.time
  if (time > state.now) state.now = time
  const span = abandon(state.ledger, fromId, toId, state.now)
  return settle(options, state, state.ledger, span)
}
