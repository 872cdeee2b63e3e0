import { type Connection, createConnection } from '../../exchange/connection.ts'
import type { FrontContext } from '../../exchange/front.ts'
import { createSocketServer, type SocketServer } from '../../exchange/socket-server.ts'
import { answerControl, MAX_STREAMS, type Subscriptions } from './control-messages.ts'
import type { Asked, Dialect } from './dialects/dialect.ts'

/** The WebSocket side of the exchange. */
export type Sockets = {
  readonly server: SocketServer
  /** Sends a stream's message to its listeners; `data` is asked only when there are some. */
  readonly publish: (stream: string, data: () => string | null) => void
  /** Sends a frame that is no message, as it stands. */
  readonly publishRaw: (stream: string, frame: string) => void
  readonly hasListeners: (stream: string) => boolean
  /** Streams with listeners. */
  readonly streams: () => readonly string[]
}

/** Who hears a stream, and what each has asked for. */
type Listener = { readonly connection: Connection; readonly subscriptions: Subscriptions }

type Listeners = Map<string, Set<Listener>>

const listen = (listeners: Listeners, listener: Listener, stream: string): void => {
  const subscribers = listeners.get(stream)
  if (subscribers) subscribers.add(listener)
  else listeners.set(stream, new Set([listener]))
}

const leave = (listeners: Listeners, listener: Listener, stream: string): void => {
  const subscribers = listeners.get(stream)
  subscribers?.delete(listener)
  if (subscribers?.size === 0) listeners.delete(stream)
}

const createSubscriptions = (
  listeners: Listeners,
  asked: Asked,
  { listener, changed }: { readonly listener: () => Listener; readonly changed: () => void }
): Subscriptions => {
  const streams = new Set<string>()
  let combined = asked.combined
  return {
    streams,
    combined: () => combined,
    wrap: value => {
      combined = value
    },
    subscribe: names => {
      for (const name of names) {
        streams.add(name)
        if (asked.carries(name)) listen(listeners, listener(), name)
      }
      changed()
    },
    unsubscribe: names => {
      for (const name of names) {
        streams.delete(name)
        leave(listeners, listener(), name)
      }
    }
  }
}

/** A message is made once, and only for who listens. */
const createPublish =
  (listeners: Listeners): Sockets['publish'] =>
  (stream, data) => {
    const all = listeners.get(stream)
    const message = all ? data() : null
    if (!all || message === null) return
    let wrapped: string | null = null
    for (const { subscriptions, connection } of all) {
      if (subscriptions.combined()) wrapped ??= `{"stream":"${stream}","data":${message}}`
      connection.send(subscriptions.combined() && wrapped !== null ? wrapped : message)
    }
  }

export const createSockets = (dialect: Dialect, { clock, onSubscribed, onConnected }: FrontContext): Sockets => {
  const listeners: Listeners = new Map()
  const server = createSocketServer(clock, url => {
    const asked = dialect.asked(url)
    if (!asked) return null
    return (ws, socket) => {
      if (asked.streams.length > MAX_STREAMS) {
        ws.close(1008, 'Invalid request')
        return null
      }
      const subscriptions = createSubscriptions(listeners, asked, {
        listener: () => listener,
        changed: onSubscribed
      })
      const connection = createConnection(ws, socket, {
        clock,
        messagesPerSecond: dialect.messagesPerSecond,
        onMessage: text => connection.send(answerControl(text, subscriptions, dialect))
      })
      const listener = { connection, subscriptions }
      ws.on('close', () => subscriptions.unsubscribe([...subscriptions.streams]))
      if (asked.streams.length > 0) subscriptions.subscribe(asked.streams)
      onConnected()
      return connection
    }
  })
  return {
    server,
    publish: createPublish(listeners),
    publishRaw: (stream, frame) => {
      for (const { connection } of listeners.get(stream) ?? []) connection.send(frame)
    },
    hasListeners: stream => listeners.has(stream),
    streams: () => [...listeners.keys()]
  }
}
