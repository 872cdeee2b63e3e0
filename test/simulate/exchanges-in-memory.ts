import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { FetchJson } from '../../src/ingest/transport/fetch-json.ts'
import type { OpenSocket, SocketEvents } from '../../src/ingest/transport/open-socket.ts'
import { TickstreamError } from '../../src/market/error.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { Front } from '../../src/simulate/exchange/front.ts'

/** What the way to an exchange does to what travels on it. */
export type Way = {
  /** What arrives in place of a message of the exchange. */
  readonly frame: (text: string) => string
  /** A status that is answered in place of an answer; null: none. */
  readonly status: () => number | null
  /** How long an answer takes. */
  readonly latencyMs: () => number
}

/** Both ends of a socket: what the exchange holds of it, and what the client does. */
class MemorySocket extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  readonly bufferedAmount = 0
  readonly #client: SocketEvents
  readonly #way: Way

  constructor(client: SocketEvents, way: Way) {
    super()
    this.#client = client
    this.#way = way
  }

  send(text: string): void {
    const arrived = this.#way.frame(text)
    queueMicrotask(() => this.readyState === this.OPEN && this.#client.onFrame(Buffer.from(arrived), false))
  }

  ping(): void {
    queueMicrotask(() => this.emit('pong'))
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState !== this.OPEN) return
    this.readyState = 3
    this.emit('close')
    this.#client.onClose(code, reason)
  }

  terminate(): void {
    this.close(1006)
  }
}

const UNCORKED = { cork: () => undefined, uncork: () => undefined } as unknown as Duplex

/** Opens sockets of an exchange in this process. */
export const openSocketOf =
  ({ sockets }: Front, way: Way): OpenSocket =>
  (url, events) => {
    const socket = new MemorySocket(events, way)
    let isOpen = false
    setImmediate(() => {
      const open = sockets.admit(new URL(url))
      if (typeof open === 'string') return events.onClose(1006, `Unexpected server response: ${open.slice(0, 3)}`)
      isOpen = true
      open(socket as unknown as WebSocket, UNCORKED)
      if (socket.readyState === socket.OPEN) events.onOpen()
    })
    return {
      send: text => void queueMicrotask(() => socket.readyState === socket.OPEN && socket.emit('message', text)),
      ping: () =>
        queueMicrotask(() => {
          if (socket.readyState !== socket.OPEN) return
          socket.emit('ping')
          events.onPong()
        }),
      pause: () => undefined,
      resume: () => undefined,
      terminate: () => (isOpen ? socket.close(1006) : undefined)
    }
  }

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Asks the REST interface of an exchange in this process. */
export const fetchJsonOf =
  ({ onRequest }: Front, way: Way, clock: Clock): FetchJson =>
  async (url, signal, body) => {
    const latencyMs = way.latencyMs()
    if (latencyMs > 0) await clock.sleep(Math.min(latencyMs, 10_000), signal)
    if (latencyMs >= 10_000) throw new TickstreamError('TS-EXCHANGE-AWAY', 'it does not answer in time')
    const status = way.status()
    if (status !== null) return { status, header: () => null, body: {} }
    const { pathname, search } = new URL(url)
    const request = Object.assign(body === undefined ? [] : [body], {
      url: pathname + search,
      method: body ? 'POST' : 'GET'
    })
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<FetchJson>>>()
    let headers: Readonly<Record<string, string>> = {}
    let answered = 200
    const response = {
      writeHead: (code: number, more: Readonly<Record<string, string>> = {}) => {
        answered = code
        headers = Object.fromEntries(Object.entries(more).map(([name, value]) => [name.toLowerCase(), value]))
        return response
      },
      end: (text = '') =>
        resolve({ status: answered, header: name => headers[name.toLowerCase()] ?? null, body: parsed(String(text)) })
    }
    await onRequest(request as unknown as IncomingMessage, response as unknown as ServerResponse)
    return promise
  }
