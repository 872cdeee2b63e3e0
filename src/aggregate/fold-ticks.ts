import { epochOf, ordinalOf } from '../market/epoch.ts'
import type { DeadLetterReason } from '../market/records/dead-letter-reason.ts'
import type { Candle } from '../market/records/derived/candle.ts'
import { type Heartbeat, isTrade, type LostTrades, type Tick, type Trade } from '../market/records/feed/trade.ts'
import type { Step } from '../stream/processor.ts'
import type { Span } from './gaps.ts'
import { type Added, addId, canCome, giveUp, holdNoLonger, isMissing, type Ledger, vouch, wholeTo } from './ledger.ts'
import { type AggregateOptions, beginSymbol, markDirty, type SymbolState, setNextClose } from './state/symbol-state.ts'
import { closeWindows, reviseWindows } from './windows/close-windows.ts'
import { unpinWindows } from './windows/keep-windows.ts'
import { beginEarlier, isKept, windowAt } from './windows/series.ts'
import { addToWindow } from './windows/window.ts'

type CandleStep = Step<SymbolState, Candle>

const NOTHING: readonly Candle[] = []

const reject = (state: SymbolState, reason: DeadLetterReason, detail: string): CandleStep => ({
  state,
  emit: NOTHING,
  reject: { reason, detail }
})

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
    if (!isTrade(tick) && tick.kind === 'gap') return foldLost(options, state, tick)
    if (isFuture(tick)) return notYet(state, tick)
    return isTrade(tick) ? foldTrade(options, state, tick) : foldHeartbeat(options, state, tick)
  }

const foldTrade = (options: AggregateOptions, state: SymbolState, trade: Trade): CandleStep => {
  const id = ordinalOf(epochOf(trade), trade.id)
  if (!isId(id)) return reject(state, 'bad-id', `trade id ${trade.id} is not a whole number, so it proves nothing`)
  if (state.ledger === null) {
    beginSymbol(state, options, id, trade.time)
    place(state, trade, id)
    return { state, emit: NOTHING }
  }
  return countTrade(options, state, state.ledger, trade, id)
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
  const late = place(state, trade, id)
  return settle(options, state, ledger, spanOf(added, time, late, beganAt))
}

const tooLate = (state: SymbolState, trade: Trade): CandleStep =>
  reject(
    state,
    'late',
    `trade ${trade.id} of ${new Date(trade.time).toISOString()} came when its windows could no longer be revised`
  )

/** True while the windows of `time` are kept; a series of which nothing was forgotten may still begin earlier. */
const reachesBack = (state: SymbolState, time: number): boolean => {
  const finest = state.series[0]
  if (finest === undefined || time >= finest.keptFrom) return true
  return state.series.every(series => beginEarlier(series, time))
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

/** Adds the trade to the finest window, or, where that is closed, to every kept window that has taken it in. True when one was closed. */
const place = (state: SymbolState, trade: Trade, id: number): boolean => {
  let late = false
  for (const series of state.series) {
    if (!isKept(series, trade.time - (trade.time % series.lengthMs))) continue
    const window = windowAt(series, trade.time)
    addToWindow(window, trade, id)
    if (!window.dirty) markDirty(state, window)
    if (window.openTime >= series.closedTo) return late
    late = true
  }
  return late
}

/** Between which times closed windows differ now. */
const spanOf = ({ kind, changed }: Added, time: number, late: boolean, beganAt: number): Span | null => {
  if (kind === 'earlier') return { from: time, to: beganAt }
  if (kind === 'filled' || !late) return changed
  return { from: Math.min(time, changed?.from ?? time), to: Math.max(time, changed?.to ?? time) }
}

/** Revises what the record changed of closed windows, then moves the watermark and closes what it has passed. */
const settle = (options: AggregateOptions, state: SymbolState, ledger: Ledger, span: Span | null): CandleStep => {
  if (ledger.holes.length > 0) holdNoLonger(ledger, state.now, options.gapHoldMs)
  const whole = ledger.holes.length > 0 ? wholeTo(ledger) : ledger.lastTime
  if (whole > state.watermark) state.watermark = whole
  if (span === null && state.watermark < state.nextClose) return { state, emit: NOTHING }
  const emit: Candle[] = []
  if (span) reviseWindows(state, ledger, span.from, span.to, emit)
  if (span) unpinWindows(state, ledger)
  const reject = state.watermark >= state.nextClose ? closeWindows(state, ledger, options, emit) : undefined
  return reject ? { state, emit, reject } : { state, emit }
}

const foldHeartbeat = (options: AggregateOptions, state: SymbolState, heartbeat: Heartbeat): CandleStep => {
  const lastId = ordinalOf(epochOf(heartbeat), heartbeat.lastId)
  if (!isId(lastId))
    return reject(state, 'bad-id', `lastId ${heartbeat.lastId} is not a whole number, so it proves nothing`)
  if (state.ledger === null) return { state, emit: NOTHING }
  if (heartbeat.time > state.now) state.now = heartbeat.time
  const span = vouch(state.ledger, lastId, heartbeat.time, state.now)
  return settle(options, state, state.ledger, span)
}

const foldLost = (options: AggregateOptions, state: SymbolState, lost: LostTrades): CandleStep => {
  const epoch = epochOf(lost)
  const [fromId, toId] = [ordinalOf(epoch, lost.fromId), ordinalOf(epoch, lost.toId)]
  if (!isId(fromId) || !isId(toId))
    return reject(state, 'bad-id', `${lost.fromId}..${lost.toId} are not whole numbers, so they prove nothing`)
  if (state.ledger === null) return { state, emit: NOTHING }
  const time = isFuture(lost) ? lost.receivedAt : lost.time
  if (time > state.now) state.now = time
  const span = giveUp(state.ledger, fromId, toId, state.now)
  return settle(options, state, state.ledger, span)
}
