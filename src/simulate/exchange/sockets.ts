import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../../runtime/clock.ts'
import { type Connection, createConnection } from './connection.ts'
import { MAX_STREAMS, type Subscriptions } from './control-messages.ts'

/** Above so many waiting bytes the fastest market waits for its readers. */
const CALM_BYTES = 1 << 20

/** The WebSocket side of the exchange: `/stream?streams=a/b`, `/ws`, `/ws/<stream>`. */
export type Sockets = {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Sends a stream's message to its listeners; `data` is asked only when there are some. */
  readonly publish: (stream: string, data: () => string | null) => void
  /** Sends a frame that is no message, as it stands. */
  readonly publishRaw: (stream: string, frame: string) => void
  readonly hasListeners: (stream: string) => boolean
  /** Streams with listeners. */
  readonly streams: () => readonly string[]
  readonly connections: () => ReadonlySet<Connection>
  /** What `send` publishes travels in one piece. */
  readonly together: (send: () => void) => void
  /** No reader is far behind. */
  readonly calm: () => boolean
  /** Breaks all connections and refuses new ones for so long. */
  readonly breakFor: (ms: number) => void
  readonly close: () => void
}

type Listeners = Map<string, Set<Connection>>

const listen = (listeners: Listeners, connection: Connection, stream: string): void => {
  const known = listeners.get(stream)
  if (known) known.add(connection)
  else listeners.set(stream, new Set([connection]))
}

const leave = (listeners: Listeners, connection: Connection, stream: string): void => {
  const known = listeners.get(stream)
  known?.delete(connection)
  if (known?.size === 0) listeners.delete(stream)
}

const createSubscriptions =
  (listeners: Listeners, wrapped: boolean, changed: () => void) =>
  (connection: () => Connection): Subscriptions => {
    const streams = new Set<string>()
    let combined = wrapped
    return {
      streams,
      combined: () => combined,
      wrap: value => {
        combined = value
      },
      subscribe: names => {
        for (const name of names) {
          streams.add(name)
          listen(listeners, connection(), name)
        }
        changed()
      },
      unsubscribe: names => {
        for (const name of names) {
          streams.delete(name)
          leave(listeners, connection(), name)
        }
      }
    }
  }

type Asked = { readonly combined: boolean; readonly streams: readonly string[] }

/** What the address asks for; null for an address that the exchange does not have. */
const wanted = (address: string): Asked | null => {
  const url = new URL(address.replace(/^\/+/, '/'), 'http://exchange')
  const split = (text: string): readonly string[] => text.split('/').filter(Boolean)
  if (url.pathname === '/stream') return { combined: true, streams: split(url.searchParams.get('streams') ?? '') }
  if (!/^\/ws(\/|$)/.test(url.pathname)) return null
  return { combined: false, streams: split(decodeURIComponent(url.pathname.slice('/ws'.length))) }
}

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
}

/** A message is made once, and only for who listens. */
const createPublish =
  (listeners: Listeners): Sockets['publish'] =>
  (stream, data) => {
    const all = listeners.get(stream)
    const message = all ? data() : null
    if (!all || message === null) return
    let wrapped: string | null = null
    for (const { subscriptions, send } of all) {
      if (subscriptions.combined()) wrapped ??= `{"stream":"${stream}","data":${message}}`
      send(subscriptions.combined() && wrapped !== null ? wrapped : message)
    }
  }

/** `onSubscribed` is told after every new subscription, `onConnected` after every new connection. */
export const createSockets = (of: {
  readonly clock: Clock
  readonly onSubscribed: () => void
  readonly onConnected: () => void
}): Sockets => {
  const { clock, onSubscribed, onConnected } = of
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const listeners: Listeners = new Map()
  const connections = new Set<Connection>()
  let closedUntil = 0
  const accept = (ws: WebSocket, socket: Duplex, asked: Asked): void => {
    if (asked.streams.length > MAX_STREAMS) {
      ws.close(1008, 'Invalid request')
      return
    }
    const subscriptionsOf = createSubscriptions(listeners, asked.combined, onSubscribed)
    const connection = createConnection(ws, socket, clock, subscriptionsOf)
    connections.add(connection)
    ws.on('close', () => {
      connections.delete(connection)
      connection.subscriptions.unsubscribe([...connection.subscriptions.streams])
    })
    if (asked.streams.length > 0) connection.subscriptions.subscribe(asked.streams)
    onConnected()
  }
  return {
    upgrade: (request, socket, head) => {
      const asked = wanted(request.url ?? '/')
      if (!asked) return refuse(socket, '404 Not Found')
      if (clock.monotonicMs() < closedUntil) return refuse(socket, '503 Service Unavailable')
      server.handleUpgrade(request, socket, head, ws => accept(ws, socket, asked))
    },
    publish: createPublish(listeners),
    publishRaw: (stream, frame) => {
      for (const connection of listeners.get(stream) ?? []) connection.send(frame)
    },
    hasListeners: stream => listeners.has(stream),
    streams: () => [...listeners.keys()],
    connections: () => connections,
    together: send => {
      const corked = [...connections]
      for (const connection of corked) connection.cork()
      send()
      for (const connection of corked) connection.uncork()
    },
    calm: () => [...connections].every(connection => connection.waiting() < CALM_BYTES),
    breakFor: ms => {
      closedUntil = clock.monotonicMs() + ms
      for (const connection of [...connections]) connection.cut()
    },
    close: () => {
      for (const connection of [...connections]) connection.cut()
      server.close()
    }
  }
}
