import { after, every, monotonic } from '../browser/browser-clock.ts'
import type { ConnectionState } from '../view/trust.ts'
import { backOffMs, GIVES_UP_HOPE_AFTER } from './back-off.ts'
import { isNextInLine, type ServerMessage } from './server-message.ts'
import { createStore, type Store } from './store.ts'

/** What is asked of the gateway's socket; without an instrument: all of them. */
type Subscription = {
  readonly channel: 'candles' | 'indicators' | 'kpis' | 'pairs' | 'composites' | 'alerts' | 'gaps' | 'status'
  readonly exchange?: string
  readonly symbol?: string
  readonly interval?: string
  readonly a?: string
  readonly b?: string
  readonly method?: string
  readonly simulated?: string
}

type Listener = (data: readonly unknown[], isSnapshot: boolean) => void

type ActiveSubscription = { readonly request: Subscription; readonly listener: Listener; seq: number }

type Line = {
  readonly open: () => WebSocket
  readonly held: Map<string, ActiveSubscription>
  readonly state: Store<ConnectionState>
  socket: WebSocket | null
  failures: number
  heardAt: number
  lastId: number
  forgetRetry: () => void
}

/** A connection that comes back by itself; each time, every subscription begins again with a fresh snapshot. */
export type LiveSocket = {
  readonly state: Store<ConnectionState>
  /** Calls back with records until what it returns is called. */
  readonly subscribe: <T>(
    request: Subscription,
    listener: (data: readonly T[], isSnapshot: boolean) => void
  ) => () => void
  /** Tries again now: there is a token, or the network is back. */
  readonly retry: () => void
}

const PING_EVERY_MS = 5_000
const SILENT_MS = 15_000

const say = ({ socket }: Line, message: object): void => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
}

const ask = (line: Line, id: string, held: ActiveSubscription): void => {
  held.seq = -1
  say(line, { op: 'subscribe', id, ...held.request })
}

const hear = (line: Line, message: ServerMessage): void => {
  line.heardAt = monotonic()
  const held = line.held.get(message.id ?? '')
  if (!held || (message.type !== 'snapshot' && message.type !== 'update')) return
  if (!isNextInLine(held.seq, message)) {
    say(line, { op: 'unsubscribe', id: message.id })
    ask(line, message.id!, held)
    return
  }
  held.seq = message.seq ?? 0
  held.listener(message.data ?? [], message.type === 'snapshot')
}

const welcome = (line: Line): void => {
  line.failures = 0
  line.heardAt = monotonic()
  line.state.set('live')
  for (const [id, held] of line.held) ask(line, id, held)
}

const lose = (line: Line): void => {
  line.socket = null
  line.failures += 1
  line.state.set(line.failures > GIVES_UP_HOPE_AFTER || !navigator.onLine ? 'offline' : 'reconnecting')
  line.forgetRetry = after(backOffMs(line.failures - 1, Math.random()), () => connect(line))
}

const connect = (line: Line): void => {
  line.forgetRetry()
  if (line.socket) return
  const socket = line.open()
  line.socket = socket
  socket.onopen = () => welcome(line)
  socket.onmessage = event => hear(line, JSON.parse(event.data))
  socket.onclose = () => {
    if (line.socket === socket) lose(line)
  }
}

/** A connection that is open but silent is as good as none: it is given up. */
const watchSilence = (line: Line): void => {
  if (line.socket?.readyState !== WebSocket.OPEN) return
  if (monotonic() - line.heardAt < SILENT_MS) {
    say(line, { op: 'ping' })
    return
  }
  const { socket } = line
  socket.close()
  lose(line)
}

export const createSocket = (open: () => WebSocket): LiveSocket => {
  const line: Line = {
    open,
    held: new Map(),
    state: createStore<ConnectionState>('reconnecting'),
    socket: null,
    failures: 0,
    heardAt: monotonic(),
    lastId: 0,
    forgetRetry: () => undefined
  }
  connect(line)
  every(PING_EVERY_MS, () => watchSilence(line))
  window.addEventListener('online', () => connect(line))
  window.addEventListener('offline', () => line.state.set('offline'))
  return { state: line.state, subscribe: subscribeOn(line), retry: () => connect(line) }
}

const subscribeOn =
  (line: Line): LiveSocket['subscribe'] =>
  (request, listener) => {
    const id = `s${++line.lastId}`
    const held: ActiveSubscription = {
      request,
      listener: (data, isSnapshot) => listener(data as never, isSnapshot),
      seq: -1
    }
    line.held.set(id, held)
    ask(line, id, held)
    return () => {
      line.held.delete(id)
      say(line, { op: 'unsubscribe', id })
    }
  }
