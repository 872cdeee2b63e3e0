import type { Exchange } from '../../exchange/exchange.ts'
import { backOffMs } from '../../runtime/back-off.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { spawn } from '../../runtime/spawn.ts'
import type { ConnectLimiter } from './connect-limiter.ts'
import type { OpenSocket } from './open-socket.ts'
import { explainHandshake } from './refusal.ts'
import { openSocketSession, type SocketSession } from './socket-session.ts'

/** What a connection works with. */
export type ConnectionOptions = {
  readonly exchange: Exchange
  /** Base of the exchange's WebSocket interface. */
  readonly url: string
  readonly streams: readonly string[]
  /** Tells connections apart in health and logs. */
  readonly name: string
  readonly limiter: ConnectLimiter
  readonly clock: Clock
  readonly openSocket: OpenSocket
  readonly log: Logger
  readonly health: Health
  readonly random: () => number
  readonly signal: AbortSignal
  /** One frame, and the session that brought it. */
  readonly onFrame: (session: SocketSession, bytes: Buffer, isBinary: boolean) => void
  /** The streams flow; after `onDown` something may have been missed. */
  readonly onUp: () => void
  readonly onDown: () => void
}

/** A set of streams that is kept open: by one session, or by two while one takes over from the other. */
export type Connection = {
  /** Monotonic time up to which all that was sent on a subscribed session has been read; null while there is none. */
  readonly provenAtMs: () => number | null
  /** Pings the sessions that were silent for a while, and ends those that do not answer. */
  readonly watch: (idleMs: number) => void
  readonly setPaused: (paused: boolean) => void
  /** Lets a new session take over: the present one brings nothing. */
  readonly renew: () => void
}

type State = ConnectionOptions & { readonly sessions: Set<SocketSession>; paused: boolean; opened: number }

const RETRY = { firstMs: 150, mostMs: 10_000 }
/** A session that lived so long was no failure. */
const STABLE_MS = 2_000
const SILENCE_MS = 10_000
/** Until everything is subscribed. */
const OPENING_MS = 30_000
/** The share of a connection's life after which another takes over; spread, so that not all do at once. */
const LIFETIME_SHARE = { least: 0.93, spread: 0.04 }
/** How long the older session goes on beside the newer one, for frames that are still on their way. */
const OVERLAP_MS = 1_000

const readySessions = (state: State): readonly SocketSession[] =>
  [...state.sessions].filter(session => session.state === 'ready')

const onReady = (state: State, session: SocketSession): void => {
  if (state.paused) session.socket.pause()
  metrics.wsConnected.inc({ exchange: state.exchange.id })
  if (state.opened > 0) metrics.wsReconnects.inc()
  state.opened += 1
  state.health.report(state.name, null)
  state.log.info({ connection: state.name, streams: state.streams.length }, 'connected to the exchange')
  if (readySessions(state).length === 1) state.onUp()
}

const onClosed = (state: State, session: SocketSession): void => {
  state.sessions.delete(session)
  if (session.state !== 'ready') return
  metrics.wsConnected.dec({ exchange: state.exchange.id })
  if (session.isDraining || state.signal.aborted) return
  state.onDown()
  if (readySessions(state).length > 0) state.onUp()
}

/** The newer session brings frames, so the older ones end a moment later. Duplicates are removed by their ids. */
const drainOlder = (state: State, newest: SocketSession): void => {
  const older = [...state.sessions].filter(
    session => session !== newest && !session.isDraining && session.startedAtMs <= newest.startedAtMs
  )
  for (const session of older) {
    session.isDraining = true
    spawn(endAfterOverlap(state, session), state.signal, state.log)
  }
}

const endAfterOverlap = async (state: State, session: SocketSession): Promise<void> => {
  await state.clock.sleep(OVERLAP_MS, state.signal)
  session.socket.terminate()
}

const onFrame = (state: State, session: SocketSession, bytes: Buffer, isBinary: boolean): void => {
  if (state.sessions.size > 1 && session.state === 'ready' && !session.isDraining && isNewest(state, session))
    drainOlder(state, session)
  state.onFrame(session, bytes, isBinary)
}

const isNewest = (state: State, session: SocketSession): boolean => [...state.sessions].at(-1) === session

const startSession = (state: State): SocketSession => {
  const session = openSocketSession(state, {
    onReady: opened => onReady(state, opened),
    onFrame: (from, bytes, isBinary) => onFrame(state, from, bytes, isBinary),
    onClosed: closed => onClosed(state, closed)
  })
  state.sessions.add(session)
  return session
}

const WRONG = /\b(1008|40\d|451)\b/

/** Says once an outage what happened, and what to do when the exchange itself refuses. */
const reportFailure = (state: State, session: SocketSession, failures: number): void => {
  const detail = session.closeReason
  const meaning = explainHandshake(state.exchange, detail)
  const usual = WRONG.test(detail) ? 'the exchange refuses us: check SYMBOLS, the WebSocket base and this address' : ''
  const advice = meaning === null ? usual : `the exchange refuses us: ${meaning}`
  state.health.report(state.name, `not connected: ${meaning ?? detail}`)
  const level = advice ? 'error' : failures === 0 ? 'warn' : 'debug'
  state.log[level]({ connection: state.name, detail, failures }, advice || 'connection lost; connecting again')
}

/** Waits until a ready session has ended, or another should take over. */
const untilHandover = async (state: State, session: SocketSession): Promise<void> => {
  const over = new AbortController()
  const share = LIFETIME_SHARE.least + LIFETIME_SHARE.spread * state.random()
  const lifetime = state.clock
    .sleep(state.exchange.limits.connectionLifetimeMs * share, AbortSignal.any([state.signal, over.signal]))
    .catch(() => undefined)
  await Promise.race([session.handover, lifetime])
  over.abort()
}

/** Keeps one session open until the signal. After a warning the next one is opened before the last has ended. */
const keepOpen = async (state: State): Promise<void> => {
  for (let failures = 0; !state.signal.aborted; ) {
    await state.limiter.acquire()
    const session = startSession(state)
    await session.settled
    if (session.state === 'ready') await untilHandover(state, session)
    if (state.signal.aborted) return
    if (state.clock.monotonicMs() - session.startedAtMs > STABLE_MS) failures = 0
    if (state.sessions.has(session)) continue
    reportFailure(state, session, failures)
    await state.clock.sleep(backOffMs(failures++, RETRY, state.random), state.signal)
  }
}

const watch = (state: State, idleMs: number): void => {
  if (state.paused) return
  for (const session of state.sessions) {
    const silentMs = state.clock.monotonicMs() - session.seenAtMs
    const isStuck = session.state === 'opening' && state.clock.monotonicMs() - session.startedAtMs > OPENING_MS
    if (silentMs > SILENCE_MS || isStuck) session.socket.terminate()
    else if (session.state === 'ready' && silentMs >= idleMs) session.ping()
    if (session.state === 'ready') keepAlive(state, session)
  }
}

/** Tells the exchange that somebody listens, where it wants that besides pings. */
const keepAlive = ({ clock, exchange }: State, session: SocketSession): void => {
  const nowMs = clock.monotonicMs()
  if (exchange.keepAlive === null || nowMs - session.keptAliveAtMs < exchange.keepAlive.everyMs) return
  session.keptAliveAtMs = nowMs
  session.socket.send(exchange.keepAlive.message)
}

const setPaused = (state: State, paused: boolean): void => {
  state.paused = paused
  for (const session of state.sessions) {
    session.seenAtMs = state.clock.monotonicMs()
    if (paused) session.socket.pause()
    else session.socket.resume()
  }
}

/** The newest session is handed over. Those before it, which waited for its first frame, end. */
const renew = (state: State): void => {
  const ready = readySessions(state)
  for (const session of ready.slice(0, -1)) session.socket.terminate()
  ready.at(-1)?.requestHandover()
}

/** Opens a connection and keeps it open until the signal is raised. */
export const openConnection = (options: ConnectionOptions): Connection => {
  const state: State = { ...options, sessions: new Set(), paused: false, opened: 0 }
  options.signal.addEventListener('abort', () => {
    for (const session of state.sessions) session.socket.terminate()
  })
  options.health.report(options.name, 'not connected yet')
  spawn(keepOpen(state), options.signal, options.log)
  return {
    provenAtMs: () =>
      readySessions(state).reduce<number | null>((at, session) => Math.max(at ?? 0, session.provenAtMs), null),
    watch: idleMs => watch(state, idleMs),
    setPaused: paused => setPaused(state, paused),
    renew: () => renew(state)
  }
}
