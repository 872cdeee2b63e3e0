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
  readonly budget: ConnectLimiter
  readonly clock: Clock
  readonly openSocket: OpenSocket
  readonly log: Logger
  readonly health: Health
  readonly random: () => number
  readonly signal: AbortSignal
  /** One frame, and the link that brought it. */
  readonly onFrame: (link: SocketSession, bytes: Buffer, isBinary: boolean) => void
  /** The streams flow; after `onDown` something may have been missed. */
  readonly onUp: () => void
  readonly onDown: () => void
}

/** A set of streams that is kept open: by one link, or two while one takes over from the other. */
export type Connection = {
  /** Monotonic time up to which all that was sent on a subscribed link has been read; null while there is none. */
  readonly provenAtMs: () => number | null
  /** Asks the links that were silent for a while whether they live, and ends those that do not answer. */
  readonly watch: (idleMs: number) => void
  readonly setPaused: (paused: boolean) => void
  /** Lets a new link take over: the present one brings nothing. */
  readonly renew: () => void
}

type State = ConnectionOptions & { readonly links: Set<SocketSession>; paused: boolean; opened: number }

const RETRY = { firstMs: 150, mostMs: 10_000 }
/** A link that lived so long was no failure. */
const STABLE_MS = 2_000
const SILENCE_MS = 10_000
/** Until everything is subscribed. */
const OPENING_MS = 30_000
/** The share of a connection's life after which another takes over; spread, so that not all do at once. */
const LIFETIME_SHARE = { least: 0.93, spread: 0.04 }
/** How long the older link goes on beside the newer one, for frames that are still on their way. */
const OVERLAP_MS = 1_000

const readyLinks = (state: State): readonly SocketSession[] => [...state.links].filter(link => link.state === 'ready')

const onReady = (state: State, link: SocketSession): void => {
  if (state.paused) link.socket.pause()
  metrics.wsConnected.inc({ exchange: state.exchange.id })
  if (state.opened > 0) metrics.wsReconnects.inc()
  state.opened += 1
  state.health.report(state.name, null)
  state.log.info({ connection: state.name, streams: state.streams.length }, 'connected to the exchange')
  if (readyLinks(state).length === 1) state.onUp()
}

const onClosed = (state: State, link: SocketSession): void => {
  state.links.delete(link)
  if (link.state !== 'ready') return
  metrics.wsConnected.dec({ exchange: state.exchange.id })
  if (link.retired || state.signal.aborted) return
  state.onDown()
  if (readyLinks(state).length > 0) state.onUp()
}

/** The newer link brings frames: the older ones end a moment later. Ids remove the overlap. */
const retireOlder = (state: State, newest: SocketSession): void => {
  const older = [...state.links].filter(
    link => link !== newest && !link.retired && link.startedAtMs <= newest.startedAtMs
  )
  for (const link of older) {
    link.retired = true
    spawn(endAfterOverlap(state, link), state.signal, state.log)
  }
}

const endAfterOverlap = async (state: State, link: SocketSession): Promise<void> => {
  await state.clock.sleep(OVERLAP_MS, state.signal)
  link.socket.terminate()
}

const onFrame = (state: State, link: SocketSession, bytes: Buffer, isBinary: boolean): void => {
  if (state.links.size > 1 && link.state === 'ready' && !link.retired && isNewest(state, link)) retireOlder(state, link)
  state.onFrame(link, bytes, isBinary)
}

const isNewest = (state: State, link: SocketSession): boolean => [...state.links].at(-1) === link

const startLink = (state: State): SocketSession => {
  const link = openSocketSession(state, {
    onReady: opened => onReady(state, opened),
    onFrame: (from, bytes, isBinary) => onFrame(state, from, bytes, isBinary),
    onClosed: closed => onClosed(state, closed)
  })
  state.links.add(link)
  return link
}

const WRONG = /\b(1008|40\d|451)\b/

/** Says once an outage what happened, and what to do when the exchange itself refuses. */
const reportFailure = (state: State, link: SocketSession, failures: number): void => {
  const detail = link.lastWords
  const meaning = explainHandshake(state.exchange, detail)
  const usual = WRONG.test(detail) ? 'the exchange refuses us: check SYMBOLS, the WebSocket base and this address' : ''
  const advice = meaning === null ? usual : `the exchange refuses us: ${meaning}`
  state.health.report(state.name, `not connected: ${meaning ?? detail}`)
  const level = advice ? 'error' : failures === 0 ? 'warn' : 'debug'
  state.log[level]({ connection: state.name, detail, failures }, advice || 'connection lost; connecting again')
}

/** Waits until a ready link has ended, or another should take over. */
const untilRelieved = async (state: State, link: SocketSession): Promise<void> => {
  const over = new AbortController()
  const share = LIFETIME_SHARE.least + LIFETIME_SHARE.spread * state.random()
  const lifetime = state.clock
    .sleep(state.exchange.limits.connectionLifetimeMs * share, AbortSignal.any([state.signal, over.signal]))
    .catch(() => undefined)
  await Promise.race([link.relieved, lifetime])
  over.abort()
}

/** Keeps one link open, for ever; opens the next one before the last has ended where there is a warning. */
const keepOpen = async (state: State): Promise<void> => {
  for (let failures = 0; !state.signal.aborted; ) {
    await state.budget.acquire()
    const link = startLink(state)
    await link.settled
    if (link.state === 'ready') await untilRelieved(state, link)
    if (state.signal.aborted) return
    if (state.clock.monotonicMs() - link.startedAtMs > STABLE_MS) failures = 0
    if (state.links.has(link)) continue
    reportFailure(state, link, failures)
    await state.clock.sleep(backOffMs(failures++, RETRY, state.random), state.signal)
  }
}

const watch = (state: State, idleMs: number): void => {
  if (state.paused) return
  for (const link of state.links) {
    const silentMs = state.clock.monotonicMs() - link.seenAtMs
    const isStuck = link.state === 'opening' && state.clock.monotonicMs() - link.startedAtMs > OPENING_MS
    if (silentMs > SILENCE_MS || isStuck) link.socket.terminate()
    else if (link.state === 'ready' && silentMs >= idleMs) link.ping()
    if (link.state === 'ready') keepAlive(state, link)
  }
}

/** Tells the exchange that somebody listens, where it wants that besides pings. */
const keepAlive = ({ clock, exchange }: State, link: SocketSession): void => {
  const nowMs = clock.monotonicMs()
  if (exchange.keepAlive === null || nowMs - link.keptAliveAtMs < exchange.keepAlive.everyMs) return
  link.keptAliveAtMs = nowMs
  link.socket.send(exchange.keepAlive.message)
}

const setPaused = (state: State, paused: boolean): void => {
  state.paused = paused
  for (const link of state.links) {
    link.seenAtMs = state.clock.monotonicMs()
    if (paused) link.socket.pause()
    else link.socket.resume()
  }
}

/** The newest link is relieved, and those before it end, which have waited for its first frame. */
const renew = (state: State): void => {
  const ready = readyLinks(state)
  for (const link of ready.slice(0, -1)) link.socket.terminate()
  ready.at(-1)?.relieve()
}

/** Opens a connection and keeps it open until the signal is raised. */
export const openConnection = (options: ConnectionOptions): Connection => {
  const state: State = { ...options, links: new Set(), paused: false, opened: 0 }
  options.signal.addEventListener('abort', () => {
    for (const link of state.links) link.socket.terminate()
  })
  options.health.report(options.name, 'not connected yet')
  spawn(keepOpen(state), options.signal, options.log)
  return {
    provenAtMs: () => readyLinks(state).reduce<number | null>((at, link) => Math.max(at ?? 0, link.provenAtMs), null),
    watch: idleMs => watch(state, idleMs),
    setPaused: paused => setPaused(state, paused),
    renew: () => renew(state)
  }
}
