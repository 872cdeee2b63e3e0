import type { Exchange, ReplyEvent } from '../../exchange/exchange.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { OpenSocket, Socket } from './open-socket.ts'

/** One socket from its first attempt to its end. */
export type SocketSession = {
  readonly socket: Socket
  readonly startedAtMs: number
  /** Resolves when the socket is open and everything is subscribed, or has closed before. */
  readonly settled: Promise<void>
  /** Resolves when another session should take over: the exchange asks for it, or the session has ended. */
  readonly handover: Promise<void>
  readonly requestHandover: () => void
  /** Takes the exchange's answer to a control message. */
  readonly onReply: (reply: ReplyEvent) => void
  /** Monotonic time of the last frame or pong. */
  seenAtMs: number
  /** Monotonic time up to which all that the exchange had sent has been read: a pong proves it for the moment of its ping. */
  provenAtMs: number
  /** Monotonic time when the exchange was told last that somebody listens. */
  keptAliveAtMs: number
  /** Asks the peer whether it lives. */
  readonly ping: () => void
  state: 'opening' | 'ready' | 'closed'
  /** True once a newer session has taken over: its end is expected. */
  isDraining: boolean
  /** What the peer or the error said at the end. */
  closeReason: string
}

/** What a session reports to its owner. */
export type SocketSessionEvents = {
  readonly onReady: (session: SocketSession) => void
  readonly onFrame: (session: SocketSession, bytes: Buffer, isBinary: boolean) => void
  readonly onClosed: (session: SocketSession) => void
}

/** What a session is made of. */
export type SocketSessionOptions = {
  readonly exchange: Exchange
  /** Base of the exchange's WebSocket interface. */
  readonly url: string
  readonly streams: readonly string[]
  readonly clock: Clock
  readonly openSocket: OpenSocket
  readonly signal: AbortSignal
}

/** For pongs and pings. */
const MESSAGES_RESERVED = 3

/** As many streams as an address holds, and the rest in messages. */
const splitStreams = ({ streams, exchange: { limits } }: SocketSessionOptions) => {
  let bytes = 0
  const firstOver = streams.findIndex(stream => {
    bytes += stream.length + 1
    return bytes > limits.streamBytesInAddress
  })
  const inUrl = firstOver < 0 ? streams : streams.slice(0, firstOver)
  const rest = streams.slice(inUrl.length)
  const size = limits.streamsPerMessage
  const messages = Array.from({ length: Math.ceil(rest.length / size) }, (_, i) => rest.slice(i * size, (i + 1) * size))
  return { inUrl, messages }
}

/** Subscribes what the address could not hold, at the pace that the exchange allows. */
const subscribeRest = async (
  { exchange, clock, signal }: SocketSessionOptions,
  session: SocketSession,
  messages: readonly (readonly string[])[]
): Promise<void> => {
  const { max, perMs } = exchange.limits.messages
  const pauseMs = perMs / Math.max(1, max - MESSAGES_RESERVED)
  for (const [i, streams] of messages.entries()) {
    for (const message of exchange.subscribe(streams, i + 1)) {
      session.socket.send(message)
      await clock.sleep(pauseMs, signal)
    }
  }
}

/** Remembers when the oldest ping was sent that has no pong yet: a pong proves no more than that moment. */
const createPings = (clock: SocketSessionOptions['clock']) => {
  let oldestMs: number | null = null
  return {
    sent: (): void => {
      oldestMs ??= clock.monotonicMs()
    },
    answered: (): number => {
      const sentMs = oldestMs ?? 0
      oldestMs = null
      return sentMs
    }
  }
}

/**
 * Which streams the exchange has not confirmed yet, by request. An answer about a stream of its own settles that one; any other refusal, or
 * one that names no request, is about all.
 */
const createPending = (messages: readonly (readonly string[])[]) => {
  const pending = new Map(messages.map((streams, i) => [i + 1, new Set(streams)]))
  const settleRequest = ({ id, error }: ReplyEvent): boolean => {
    const isPending = id === null || pending.has(Number(id))
    if (error !== null && isPending) return false
    if (id !== null) pending.delete(Number(id))
    return true
  }
  const settleStreams = (streams: readonly string[]): void => {
    for (const [request, left] of pending) {
      for (const stream of streams) left.delete(stream)
      if (left.size === 0) pending.delete(request)
    }
  }
  return {
    isEmpty: (): boolean => pending.size === 0,
    /** False where what was asked for is refused altogether. */
    settle: (reply: ReplyEvent): boolean => {
      if (reply.streams === undefined) return settleRequest(reply)
      settleStreams(reply.streams)
      return true
    }
  }
}

/** A session as it begins: nothing has been received on it yet. */
const initialState = (
  atMs: number
): Pick<SocketSession, 'seenAtMs' | 'provenAtMs' | 'keptAliveAtMs' | 'state' | 'isDraining' | 'closeReason'> => ({
  seenAtMs: atMs,
  provenAtMs: atMs,
  keptAliveAtMs: atMs,
  state: 'opening',
  isDraining: false,
  closeReason: ''
})

/** Opens one socket for these streams. */
export const openSocketSession = (options: SocketSessionOptions, events: SocketSessionEvents): SocketSession => {
  const { inUrl, messages } = splitStreams(options)
  const settled = Promise.withResolvers<void>()
  const handover = Promise.withResolvers<void>()
  const startedAtMs = options.clock.monotonicMs()
  const pending = createPending(messages)
  const pings = createPings(options.clock)
  const ready = (): void => {
    session.state = 'ready'
    events.onReady(session)
    settled.resolve()
  }
  const touch = (): void => {
    session.seenAtMs = options.clock.monotonicMs()
  }
  const route = options.exchange.route(options.streams[0] ?? '')
  const socket = options.openSocket(options.url + options.exchange.socketPath(inUrl, route), {
    onOpen: () => {
      touch()
      if (messages.length === 0) ready()
      else subscribeRest(options, session, messages).catch(() => session.socket.terminate())
    },
    onFrame: (bytes, isBinary) => {
      touch()
      events.onFrame(session, bytes, isBinary)
    },
    onPong: () => {
      touch()
      session.provenAtMs = Math.max(session.provenAtMs, pings.answered())
    },
    onClose: (code, reason) => {
      session.closeReason = `${code} ${reason}`.trim()
      events.onClosed(session)
      session.state = 'closed'
      settled.resolve()
      handover.resolve()
    }
  })
  const session: SocketSession = {
    socket,
    startedAtMs,
    settled: settled.promise,
    handover: handover.promise,
    requestHandover: handover.resolve,
    onReply: reply => {
      if (session.state !== 'opening' || pending.isEmpty()) return
      if (!pending.settle(reply)) session.socket.terminate()
      else if (pending.isEmpty()) ready()
    },
    ...initialState(startedAtMs),
    ping: () => {
      pings.sent()
      session.socket.ping()
    }
  }
  return session
}
