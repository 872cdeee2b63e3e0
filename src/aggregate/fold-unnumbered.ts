import type { Candle } from '../market/records/derived/candle.ts'
import type { ExchangeKline } from '../market/records/feed/exchange-kline.ts'
import { type Heartbeat, isExcluded, isTrade, type Tick, type Trade } from '../market/records/feed/trade.ts'
import type { Ledger } from './ledger.ts'
import { addToWindows, type CandleStep, NOTHING, reachesBack, reject, tooLate } from './place-trade.ts'
import { type AggregateOptions, beginSymbol, type SymbolState, setNextClose } from './state/symbol-state.ts'
import { putMinute } from './unnumbered/exchange-minutes.ts'
import { addRecentId, forgetIds, hasId, isForgotten } from './unnumbered/recent-ids.ts'
import type { UnnumberedFeed } from './unnumbered/unnumbered-feed.ts'
import { closeWindows, reviseWindows } from './windows/close-windows.ts'
import { reviseMinute } from './windows/revise-minute.ts'

/** Ids are known for so long, should windows be revised for longer. */
const MAX_IDS_RETAINED_MS = 600_000

/** Folds a trade or a heartbeat of a feed in which no number goes up by one: heartbeats alone close windows. */
export const foldUnnumbered = (
  options: AggregateOptions,
  state: SymbolState,
  feed: UnnumberedFeed,
  tick: Tick
): CandleStep => {
  if (isTrade(tick)) return foldTrade(options, state, feed, tick)
  return tick.kind === 'heartbeat' ? foldHeartbeat(options, state, feed, tick) : { state, emit: NOTHING }
}

const foldTrade = (
  options: AggregateOptions,
  state: SymbolState,
  { ids }: UnnumberedFeed,
  trade: Trade
): CandleStep => {
  const { id, time } = trade
  if (isExcluded(trade) || hasId(ids, time, id)) return { state, emit: NOTHING }
  if (isForgotten(ids, time)) return reject(state, 'late', `nobody can say any more whether trade ${id} was counted`)
  const begin = state.series[0]?.begin
  if (!reachesBack(state, time)) return tooLate(state, trade)
  if (time > state.now) state.now = time
  addRecentId(ids, time, id)
  if (state.ledger === null) beginSymbol(state, options, time, time)
  // A first trade says nothing of how far the feed is whole.
  if (begin === undefined) state.watermark = 0
  else if (begin !== state.series[0]?.begin) setNextClose(state)
  return settleTrade(options, state, state.ledger!, trade)
}

/** Places it by its time: of one millisecond those that came later stand behind. */
const settleTrade = (options: AggregateOptions, state: SymbolState, ledger: Ledger, trade: Trade): CandleStep => {
  const { time } = trade
  const [beganAt, late] = [ledger.firstTime, addToWindows(state, trade, time, trade.id)]
  ledger.firstTime = Math.min(beganAt, time)
  if (!late && time >= beganAt && state.watermark < state.nextClose) return { state, emit: NOTHING }
  const emit: Candle[] = []
  reviseWindows(state, ledger, time, Math.max(time, beganAt), emit)
  const reject = state.watermark >= state.nextClose ? closeWindows(state, ledger, options, emit) : undefined
  return reject ? { state, emit, reject } : { state, emit }
}

const foldHeartbeat = (
  options: AggregateOptions,
  state: SymbolState,
  { ids }: UnnumberedFeed,
  { time }: Heartbeat
): CandleStep => {
  if (time > state.now) state.now = time
  if (state.ledger === null || time <= state.watermark) return { state, emit: NOTHING }
  state.watermark = time
  forgetIds(ids, time - Math.min(options.revisionHorizonMs, MAX_IDS_RETAINED_MS))
  if (time < state.nextClose) return { state, emit: NOTHING }
  const emit: Candle[] = []
  const reject = closeWindows(state, state.ledger, options, emit)
  return reject ? { state, emit, reject } : { state, emit }
}

/** The exchange's own candle of a minute: what ours is compared with, now or when it closes. */
export const foldKline = (state: SymbolState, kline: ExchangeKline): CandleStep => {
  const { unnumbered, ledger } = state
  if (unnumbered === null) return { state, emit: NOTHING }
  putMinute(unnumbered.minutes, kline)
  if (ledger === null) return { state, emit: NOTHING }
  const emit: Candle[] = []
  reviseMinute(state, ledger, unnumbered, kline.openTime, emit)
  return { state, emit }
}
