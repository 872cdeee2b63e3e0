import type { IncomingMessage, Server } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { z } from 'zod'
import type { Message, Subscriber } from '../live/hub.ts'
import type { Freshness } from '../live/liveness.ts'
import type { Serving } from '../live/serving.ts'
import { recordsJson } from './api/record-json.ts'
import { clientMessage, filterOf } from './api/subscribe-request.ts'
import type { Tries } from './attempt-limit.ts'
import { type Guard, requireOrigin, requireToken } from './guard.ts'
import { Problem } from './problem.ts'

/** The sockets of a gateway. */
export type Sockets = {
  /** Ends those that did not answer the ping before, and pings the others. */
  readonly ping: () => void
  readonly size: () => number
  readonly close: () => void
}

const MAX_SOCKETS = 2_000
const MAX_SUBSCRIPTIONS = 500
const MAX_MESSAGE = 16 << 10
const MAX_ID = 64
/** Bytes that wait for a reader; one that has so many is slow. */
const SLOW_FROM = 256 << 10
/** With more than that it is disconnected: it asks and never reads. */
const MAX_WAITING = 8 << 20

type Client = {
  readonly socket: WebSocket
  /** What the socket writes to. */
  readonly wire: Duplex
  readonly ends: Map<string, () => void>
  isAlive: boolean
}

const textOf = ({ type, id, seq, data, skipped }: Message): string => {
  const left = skipped > 0 ? `,"skipped":${skipped}` : ''
  return `{"id":${JSON.stringify(id)},"type":"${type}","seq":${seq}${left},"data":[${recordsJson(data)}]}`
}

/** Messages of one tick of the event loop go out in one write, for any number of subscriptions: the write is the expensive part. */
const subscriberOf = ({ socket, wire }: Client): Subscriber => ({
  send: message => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MAX_WAITING) {
      socket.terminate()
      return
    }
    wire.cork()
    socket.send(textOf(message))
    process.nextTick(() => wire.uncork())
  },
  isSlow: () => socket.bufferedAmount > SLOW_FROM
})

const refuse = (socket: WebSocket, detail: string, id?: string): void =>
  socket.send(JSON.stringify({ type: 'error', ...(id === undefined ? {} : { id }), detail }))

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The id that a message bears, however wrong the rest of it is. */
const idIn = (body: unknown): string | undefined => {
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : undefined
  return typeof id === 'string' ? id.slice(0, MAX_ID) : undefined
}

type ClientMessage = z.output<typeof clientMessage>

/** How fresh the live tail is, for every client. */
const stateText = (now: Freshness): string => JSON.stringify({ type: 'state', ...now })

/** Does what a client asks for; an id that is in use begins anew. */
const handle = ({ hub, liveness }: Serving, client: Client, message: ClientMessage): void => {
  const { socket, ends } = client
  if (message.op === 'ping') {
    socket.send(JSON.stringify({ type: 'pong', ...liveness.freshness() }))
    return
  }
  const { id } = message
  ends.get(id)?.()
  ends.delete(id)
  if (message.op === 'unsubscribe') return
  if (ends.size < MAX_SUBSCRIPTIONS)
    ends.set(id, hub.subscribe({ id, channel: message.channel, filter: filterOf(message) }, subscriberOf(client)))
  else refuse(socket, `a socket has ${MAX_SUBSCRIPTIONS} subscriptions at most`, id)
}

const onMessage = (serving: Serving, client: Client, text: string): void => {
  const body = jsonOf(text)
  const parsed = clientMessage.safeParse(body)
  if (parsed.success) {
    handle(serving, client, parsed.data)
    return
  }
  const problems = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '))
  refuse(client.socket, body === undefined ? 'this is not JSON' : problems.join('; '), idIn(body))
}

const reject = (socket: Duplex, { status, message, headers }: Problem): void => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}content-type: text/plain\r\ncontent-length: ${Buffer.byteLength(message)}\r\nconnection: close\r\n\r\n${message}`
  )
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? url

/** Accepts sockets at `/ws` for whom the guard lets in. */
export const openSockets = (server: Server, serving: Serving, guard: Guard, tries: Tries): Sockets => {
  const clients = new Map<WebSocket, Client>()
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    handleProtocols: (offered: Set<string>) => offered.values().next().value ?? false
  })
  const onOpen = (socket: WebSocket, { socket: wire }: IncomingMessage): void => {
    const client: Client = { socket, wire, ends: new Map(), isAlive: true }
    clients.set(socket, client)
    const now = serving.liveness.freshness()
    if (now.state !== 'live') socket.send(stateText(now))
    socket.on('pong', () => {
      client.isAlive = true
    })
    socket.on('message', data => onMessage(serving, client, String(data)))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      for (const end of client.ends.values()) end()
      clients.delete(socket)
    })
  }
  serving.liveness.watch(now => {
    for (const socket of clients.keys()) if (socket.readyState === socket.OPEN) socket.send(stateText(now))
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    try {
      if (pathOf(request) !== '/ws') throw new Problem(404, 'the socket is at /ws')
      requireOrigin(request, guard)
      requireToken(request, guard, tries)
      if (clients.size >= MAX_SOCKETS)
        throw new Problem(503, `${clients.size} sockets are open, which is all that there can be`)
      sockets.handleUpgrade(request, socket, head, onOpen)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      reject(socket, error)
    }
  })
  return {
    ping: () => {
      for (const [socket, client] of clients) {
        if (!client.isAlive) socket.terminate()
        client.isAlive = false
        socket.ping()
      }
    },
    size: () => clients.size,
    close: () => {
      for (const socket of clients.keys()) socket.close(1001, 'the gateway ends')
      sockets.close()
    }
  }
}
