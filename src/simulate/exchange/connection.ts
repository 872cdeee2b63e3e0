import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Clock } from '../../runtime/clock.ts'

const PING_EVERY_MS = 20_000
const PONG_WITHIN_MS = 60_000
/** A reader that is behind by more is disconnected. */
const BUFFER_BYTES = 16 * 1024 * 1024

/** One client of the exchange's sockets. */
export type Connection = {
  /** Sends to a client that is there, in time and not silenced. */
  readonly send: (message: string) => void
  /** Sends pings, and hangs up on who has not answered them. */
  readonly tick: () => void
  /** Nothing more is sent for so long, pings included. */
  readonly silence: (ms: number) => void
  /** How long ago the last message was sent, in milliseconds. */
  readonly idleMs: () => number
  /** Bytes that wait for the client. */
  readonly waiting: () => number
  /** Between these, what is sent travels together. */
  readonly cork: () => void
  readonly uncork: () => void
  /** Breaks the connection without a goodbye. */
  readonly terminate: () => void
}

export type ConnectionOptions = {
  readonly clock: Clock
  /** Who sends more, pings and pongs among them, is disconnected. */
  readonly messagesPerSecond: number
  readonly onMessage: (text: string) => void
}

/** True while fewer than the allowed messages came within the last second. */
const createMessageLimit = ({ clock, messagesPerSecond }: ConnectionOptions): (() => boolean) => {
  let recent: number[] = []
  return () => {
    const now = clock.monotonicMs()
    recent = [...recent.filter(time => now - time < 1_000), now]
    return recent.length <= messagesPerSecond
  }
}

export const createConnection = (ws: WebSocket, socket: Duplex, options: ConnectionOptions): Connection => {
  const { clock, onMessage } = options
  const withinLimit = createMessageLimit(options)
  let lastPing = clock.monotonicMs()
  let lastSent = lastPing
  let unanswered: number | null = null
  let silentUntil = 0
  const silent = (): boolean => clock.monotonicMs() < silentUntil
  const withLimit = (answer: () => void): void => {
    if (withinLimit()) answer()
    else ws.close(1008, 'Too many requests')
  }
  ws.on('message', bytes => withLimit(() => onMessage(String(bytes))))
  ws.on('ping', () => withLimit(() => undefined))
  ws.on('pong', () =>
    withLimit(() => {
      unanswered = null
    })
  )
  ws.on('error', () => undefined)
  return {
    send: message => {
      if (ws.readyState !== ws.OPEN || silent()) return
      lastSent = clock.monotonicMs()
      if (ws.bufferedAmount > BUFFER_BYTES) ws.terminate()
      else ws.send(message)
    },
    tick: () => {
      const now = clock.monotonicMs()
      if (unanswered !== null && now - unanswered > PONG_WITHIN_MS) ws.terminate()
      if (now - lastPing < PING_EVERY_MS || silent()) return
      lastPing = now
      unanswered ??= now
      ws.ping(String(clock.now()))
    },
    silence: ms => {
      silentUntil = clock.monotonicMs() + ms
    },
    idleMs: () => clock.monotonicMs() - lastSent,
    waiting: () => (ws.readyState === ws.OPEN ? ws.bufferedAmount : 0),
    cork: () => socket.cork(),
    uncork: () => socket.uncork(),
    terminate: () => ws.terminate()
  }
}
