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
  readonly subscriptions: Map<string, ActiveSubscription>
  readonly state: Store<ConnectionState>
  socket: WebSocket | null
  failures: number
  lastMessageAt: number
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

const send = ({ socket }: Line, message: object): void => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
}

const ask = (line: Line, id: string, subscriptions: ActiveSubscription): void => {
  subscriptions.seq = -1
  send(line, { op: 'subscribe', id, ...subscriptions.request })
}

const onMessage = (line: Line, message: ServerMessage): void => {
  line.lastMessageAt = monotonic()
  const subscriptions = line.subscriptions.get(message.id ?? '')
  if (!subscriptions || (message.type !== 'snapshot' && message.type !== 'update')) return
  if (!isNextInLine(subscriptions.seq, message)) {
    send(line, { op: 'unsubscribe', id: message.id })
    ask(line, message.id!, subscriptions)
    return
  }
  subscriptions.seq = message.seq ?? 0
  subscriptions.listener(message.data ?? [], message.type === 'snapshot')
}

const onOpen = (line: Line): void => {
  line.failures = 0
  line.lastMessageAt = monotonic()
  line.state.set('live')
  for (const [id, subscriptions] of line.subscriptions) ask(line, id, subscriptions)
}

const onClose = (line: Line): void => {
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
  socket.onopen = () => onOpen(line)
  socket.onmessage = event => onMessage(line, JSON.parse(event.data))
  socket.onclose = () => {
    if (line.socket === socket) onClose(line)
  }
}

/** A connection that is open but silent is closed, and opened anew. */
const watchSilence = (line: Line): void => {
  if (line.socket?.readyState !== WebSocket.OPEN) return
  if (monotonic() - line.lastMessageAt < SILENT_MS) {
    send(line, { op: 'ping' })
    return
  }
  const { socket } = line
  socket.close()
  onClose(line)
}

export const createSocket = (open: () => WebSocket): LiveSocket => {
  const line: Line = {
    open,
    subscriptions: new Map(),
    state: createStore<ConnectionState>('reconnecting'),
    socket: null,
    failures: 0,
    lastMessageAt: monotonic(),
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
    const subscriptions: ActiveSubscription = {
      request,
      listener: (data, isSnapshot) => listener(data as never, isSnapshot),
      seq: -1
    }
    line.subscriptions.set(id, subscriptions)
    ask(line, id, subscriptions)
    return () => {
      line.subscriptions.delete(id)
      send(line, { op: 'unsubscribe', id })
    }
  }
