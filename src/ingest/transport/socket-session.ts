import type { Exchange, ReplyEvent } from '../../exchange/exchange.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { OpenSocket, Socket } from './open-socket.ts'

/** One socket from its first attempt to its end. */
export type SocketSession = {
  readonly socket: Socket
  readonly startedAtMs: number
  /** Resolves when the socket is open and everything is subscribed, or has closed before. */
  readonly settled: Promise<void>
  /** Resolves when another link should take over: the exchange says so, or the link has ended. */
  readonly relieved: Promise<void>
  readonly relieve: () => void
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
  /** True once a newer link has taken over; its end is no news. */
  retired: boolean
  /** What the peer or the error said at the end. */
  lastWords: string
}

/** What a link tells its owner. */
export type SocketSessionEvents = {
  readonly onReady: (link: SocketSession) => void
  readonly onFrame: (link: SocketSession, bytes: Buffer, isBinary: boolean) => void
  readonly onClosed: (link: SocketSession) => void
}

/** What a link is made of. */
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
const portion = ({ streams, exchange: { limits } }: SocketSessionOptions) => {
  let bytes = 0
  const cut = streams.findIndex(stream => {
    bytes += stream.length + 1
    return bytes > limits.streamBytesInAddress
  })
  const inUrl = cut < 0 ? streams : streams.slice(0, cut)
  const rest = streams.slice(inUrl.length)
  const size = limits.streamsPerMessage
  const messages = Array.from({ length: Math.ceil(rest.length / size) }, (_, i) => rest.slice(i * size, (i + 1) * size))
  return { inUrl, messages }
}

/** Subscribes what the address could not hold, at the pace that the exchange allows. */
const subscribeRest = async (
  { exchange, clock, signal }: SocketSessionOptions,
  link: SocketSession,
  messages: readonly (readonly string[])[]
): Promise<void> => {
  const { max, perMs } = exchange.limits.messages
  const pauseMs = perMs / Math.max(1, max - MESSAGES_RESERVED)
  for (const [i, streams] of messages.entries()) {
    for (const message of exchange.subscribe(streams, i + 1)) {
      link.socket.send(message)
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

/** A link as it begins: nothing has been heard on it yet. */
const unproven = (
  atMs: number
): Pick<SocketSession, 'seenAtMs' | 'provenAtMs' | 'keptAliveAtMs' | 'state' | 'retired' | 'lastWords'> => ({
  seenAtMs: atMs,
  provenAtMs: atMs,
  keptAliveAtMs: atMs,
  state: 'opening',
  retired: false,
  lastWords: ''
})

/** Opens one socket for these streams. */
export const openSocketSession = (options: SocketSessionOptions, events: SocketSessionEvents): SocketSession => {
  const { inUrl, messages } = portion(options)
  const settled = Promise.withResolvers<void>()
  const relieved = Promise.withResolvers<void>()
  const startedAtMs = options.clock.monotonicMs()
  const pending = createPending(messages)
  const pings = createPings(options.clock)
  const ready = (): void => {
    link.state = 'ready'
    events.onReady(link)
    settled.resolve()
  }
  const seen = (): void => {
    link.seenAtMs = options.clock.monotonicMs()
  }
  const route = options.exchange.route(options.streams[0] ?? '')
  const socket = options.openSocket(options.url + options.exchange.socketPath(inUrl, route), {
    onOpen: () => {
      seen()
      if (messages.length === 0) ready()
      else subscribeRest(options, link, messages).catch(() => link.socket.terminate())
    },
    onFrame: (bytes, isBinary) => {
      seen()
      events.onFrame(link, bytes, isBinary)
    },
    onPong: () => {
      seen()
      link.provenAtMs = Math.max(link.provenAtMs, pings.answered())
    },
    onClose: (code, reason) => {
      link.lastWords = `${code} ${reason}`.trim()
      events.onClosed(link)
      link.state = 'closed'
      settled.resolve()
      relieved.resolve()
    }
  })
  const link: SocketSession = {
    socket,
    startedAtMs,
    settled: settled.promise,
    relieved: relieved.promise,
    relieve: relieved.resolve,
    onReply: reply => {
      if (link.state !== 'opening' || pending.isEmpty()) return
      if (!pending.settle(reply)) link.socket.terminate()
      else if (pending.isEmpty()) ready()
    },
    ...unproven(startedAtMs),
    ping: () => {
      pings.sent()
      link.socket.ping()
    }
  }
  return link
}
