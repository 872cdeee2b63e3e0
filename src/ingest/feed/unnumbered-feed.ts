import type { Instrument } from '../../market/instrument.ts'
import { INTERVAL_MS, windowStart } from '../../market/interval.ts'
import { heartbeatOf, type Trade } from '../../market/records/feed/trade.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { spawn } from '../../runtime/spawn.ts'
import { outgoing } from '../../stream/topic.ts'
import { rawTicks } from '../../topics.ts'
import type { FeedDeps, TradeFeed } from './feed.ts'
import { createRecentIds, type RecentIds } from './recent-ids.ts'
import { NEWER_MS } from './strange-trade.ts'

/** What the feed of an instrument works with whose exchange numbers no trade in a way that proves the feed whole. */
export type UnnumberedDeps = Pick<FeedDeps, 'output' | 'history' | 'exchangeTime' | 'clock' | 'log' | 'signal'>

type State = UnnumberedDeps & {
  readonly instrument: Instrument
  readonly seen: RecentIds
  /** Live trades that wait until history has given what came before them; null while none has to wait. */
  waiting: Trade[] | null
  connected: boolean
  /** Raised whenever the connection is opened or lost. */
  connection: number
  /** Event time of the newest trade that was published; 0 before the first. */
  newestTime: number
  /** Time of the last heartbeat, which never goes back. */
  heartbeatTime: number
  /** The connection for which history is being asked; null while it is not. */
  askingFor: number | null
  beating: boolean
  /** Resolves when the broker has every trade that was sent. */
  sent: Promise<void>
}

const MINUTE_MS = INTERVAL_MS['1m']
/** Live trades wait so long for history; what it gives later is published late. */
const PATIENCE_MS = 5_000
/** History may trail the stream: it is asked once more after so long. */
const AGAIN_MS = 3_000
/** Trades may come a little out of order: so far before what was published the ones of history are looked at. */
const OVERLAP_MS = 5_000

/**
 * Follows an instrument whose trades no number holds together: they are published as they come, each id once, and heartbeats say how far the
 * stream has come, without a last id. After a break history is asked for what it still has. Whether a minute is whole, the exchange's own
 * candle says afterwards.
 */
export const startUnnumberedFeed = (instrument: Instrument, deps: UnnumberedDeps): TradeFeed => {
  const state: State = {
    ...deps,
    instrument,
    seen: createRecentIds(),
    waiting: [],
    connected: false,
    connection: 0,
    newestTime: 0,
    heartbeatTime: 0,
    askingFor: null,
    beating: false,
    sent: Promise.resolve()
  }
  return {
    instrument,
    accept: (trade, deadLetter) => {
      if (hasIdOfAnother(state, trade)) deadLetter('has the id of an earlier trade')
      else if (state.waiting) state.waiting.push(trade)
      else publish(state, [trade])
    },
    acceptNewest: () => undefined,
    connect: () => connect(state),
    disconnect: () => disconnect(state),
    doubt: () => {
      if (state.connected) spawn(readMissed(state, state.newestTime), state.signal, state.log)
    },
    settleSilence: async () => (await readMissed(state, state.newestTime)) > 0,
    emitHeartbeat: time => emitHeartbeat(state, time)
  }
}

/** An exchange may give ids once more after maintenance: what is dropped as known must be the trade that is known. */
const hasIdOfAnother = ({ seen }: State, { id, time }: Trade): boolean => {
  const known = seen.timeOf(id)
  return known !== undefined && Math.abs(time - known) > NEWER_MS
}

const connect = (state: State): void => {
  state.connected = true
  state.connection += 1
  state.waiting ??= []
  spawn(catchUp(state, state.connection), state.signal, state.log)
}

const disconnect = (state: State): void => {
  state.connected = false
  state.connection += 1
  flush(state)
}

/** Publishes what history has of the break, then the live trades that have waited for it. */
const catchUp = async (state: State, connection: number): Promise<void> => {
  const since = state.newestTime
  const asking = readMissed(state, since)
  await Promise.race([asking, state.clock.sleep(PATIENCE_MS, state.signal)])
  if (state.connection !== connection) return
  flush(state)
  await asking
  await state.clock.sleep(AGAIN_MS, state.signal)
  if (state.connection === connection) await readMissed(state, since)
}

const flush = (state: State): void => {
  const { waiting } = state
  state.waiting = null
  if (waiting && waiting.length > 0) publish(state, waiting)
}

/**
 * Publishes the trades of history's newest page that nobody has brought yet. `since`: event time of the newest that was published. Asks until
 * there is an answer, or the connection has changed, which asks anew. Gives their number.
 */
const readMissed = async (state: State, since: number): Promise<number> => {
  const { history, instrument, connection, clock, exchangeTime, signal } = state
  if (state.askingFor === connection) return 0
  state.askingFor = connection
  try {
    const page = await history.newest(instrument, history.pageSize, () => state.connection !== connection)
    const from = since > 0 ? since - OVERLAP_MS : windowStart(clock.now(), MINUTE_MS) - MINUTE_MS
    const live = new Map(state.waiting?.map(trade => [trade.id, trade]))
    const missed = page.filter(({ time }) => time >= from && !exchangeTime.isFuture(time))
    return publish(
      state,
      missed.map(trade => live.get(trade.id) ?? trade)
    )
  } catch {
    signal.throwIfAborted()
    return 0
  } finally {
    if (state.askingFor === connection) state.askingFor = null
  }
}

/** Publishes trades whose ids are new, in the order given; says how many they are. */
const publish = (state: State, trades: readonly Trade[]): number => {
  const { exchange, symbol } = state.instrument
  const fresh = trades.filter(({ id, time }) => state.seen.add(id, time))
  if (fresh.length < trades.length) metrics.duplicates.inc(trades.length - fresh.length)
  if (fresh.length === 0) return 0
  for (const { time, via } of fresh) {
    state.newestTime = Math.max(state.newestTime, time)
    metrics.trades.inc({ exchange, symbol, via })
  }
  state.sent = state.output.send(fresh.map(trade => outgoing(rawTicks, trade)))
  state.sent.catch(() => undefined)
  return fresh.length
}

const isCaughtUp = ({ connected, waiting, newestTime }: State): boolean =>
  connected && waiting === null && newestTime > 0

/** Says how far the stream has come: what the exchange printed up to then, and the stream has carried, stands before. */
const emitHeartbeat = async (state: State, provenTime: EpochMs): Promise<void> => {
  if (state.beating || !isCaughtUp(state)) return
  state.beating = true
  try {
    const time = epochMs(Math.max(provenTime, state.newestTime, state.heartbeatTime))
    await state.sent
    if (!isCaughtUp(state)) return
    state.heartbeatTime = time
    const record = heartbeatOf(state.instrument, { time, lastId: null, receivedAt: state.clock.now() })
    await state.output.send([outgoing(rawTicks, record)])
  } finally {
    state.beating = false
  }
}
