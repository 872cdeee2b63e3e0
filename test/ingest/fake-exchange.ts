import type { RestAnswer } from '../../src/exchange/rest-interface.ts'
import type { FetchJson } from '../../src/ingest/transport/fetch-json.ts'
import type { OpenSocket, SocketEvents } from '../../src/ingest/transport/open-socket.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { DAY } from '../support/market.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A socket as the exchange sees it. */
type Peer = {
  readonly url: string
  readonly events: SocketEvents
  readonly sent: string[]
  pings: number
  paused: boolean
  open: boolean
}

/** An exchange in memory: a test says what it prints, what it sends, and what it answers. */
export type FakeExchange = {
  readonly openSocket: OpenSocket
  readonly fetchJson: FetchJson
  readonly peers: Peer[]
  readonly requests: string[]
  /** Whether new sockets open, and whether pings are answered. */
  accepts: boolean
  answersPings: boolean
  /** What history answers instead; null for a page of trades. */
  refusal: RestAnswer | null
  /** Ids that history does not have. */
  readonly forgotten: Set<number>
  /** When it prints a trade of that id now. */
  readonly at: (id: number) => number
  /** Trades that are told with wrong times. */
  readonly odd: Map<number, OddTimes>
  /** How far history goes; ids above it are not there yet. */
  historyUpTo: number
  /** How long history takes to answer, in milliseconds. */
  latencyMs: number
  /** Prints trades, so that history has them; nobody is told. Times are 10 ms apart. */
  readonly print: (...ids: number[]) => void
  /** Prints trades and sends them to all open sockets. */
  readonly trade: (...ids: number[]) => void
  /** Sends trades to all open sockets that history does not have; the wall clock stays where it is. */
  readonly sendTrade: (...ids: number[]) => void
  /** Begins the ids anew: id 1 is printed `afterMs` from `timeOf(1000)`; all that was printed before is gone. */
  readonly beginAnew: (afterMs: number) => void
  /** Ids are so much higher from now on; what was printed before keeps its own. */
  readonly moveIds: (by: number) => void
  /** Sends any text to all open sockets. */
  readonly send: (text: string) => void
  readonly drop: (code?: number, reason?: string) => void
}

const FIRST_ID = 1000
/** So far this machine may be behind the exchange. */
const SKEW_MS = 4_000
/** When a trade with this id was printed. */
export const timeOf = (id: number): number => DAY + (id - FIRST_ID) * 10

/** Times that a trade does not have, as the stream and history tell it; what is not there is right. */
type OddTimes = { readonly T?: number; readonly E?: number; readonly inHistory?: number }

const streamFrame = (id: number, at: number, odd: OddTimes = {}): string =>
  JSON.stringify({
    stream: 'btcusdt@trade',
    data: {
      e: 'trade',
      E: odd.E ?? at + 1,
      s: 'BTCUSDT',
      t: id,
      p: '100.00',
      q: '1.0',
      T: odd.T ?? at,
      m: false,
      M: true
    }
  })

const historyRow = (id: number, at: number, odd: OddTimes = {}) => ({
  id,
  price: '100.00',
  qty: '1.0',
  time: odd.inHistory ?? at,
  isBuyerMaker: false
})

export const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RestAnswer => ({
  status,
  header: name => headers[name] ?? null,
  body
})

const openSocket =
  (exchange: FakeExchange): OpenSocket =>
  (url, events) => {
    const peer: Peer = { url, events, sent: [], pings: 0, paused: false, open: false }
    const close = (code: number, reason: string): void => {
      const wasThere = exchange.peers.includes(peer)
      if (wasThere) exchange.peers.splice(exchange.peers.indexOf(peer), 1)
      peer.open = false
      if (wasThere) events.onClose(code, reason)
    }
    exchange.peers.push(peer)
    setImmediate(() => {
      if (!exchange.accepts) return close(1006, 'Unexpected server response: 503')
      if (!exchange.peers.includes(peer)) return
      peer.open = true
      events.onOpen()
    })
    return {
      send: text => void peer.sent.push(text),
      ping: () => {
        peer.pings += 1
        if (exchange.answersPings) setImmediate(() => peer.open && events.onPong())
      },
      pause: () => {
        peer.paused = true
      },
      resume: () => {
        peer.paused = false
      },
      terminate: () => close(1006, '')
    }
  }

const fetchJson =
  (exchange: FakeExchange, printed: ReadonlySet<number>, clock: Clock): FetchJson =>
  async (url, signal) => {
    exchange.requests.push(url)
    if (exchange.latencyMs > 0) await clock.sleep(exchange.latencyMs, signal)
    if (exchange.refusal) return exchange.refusal
    const query = new URL(url).searchParams
    const from = Number(query.get('fromId') ?? Number.NaN)
    const known = [...printed].filter(id => !(id < from) && id <= exchange.historyUpTo && !exchange.forgotten.has(id))
    const limit = Number(query.get('limit'))
    const inOrder = known.sort((a, b) => a - b)
    const page = Number.isNaN(from) ? inOrder.slice(-limit) : inOrder.slice(0, limit)
    return answer(
      200,
      page.map(id => historyRow(id, exchange.at(id), exchange.odd.get(id))),
      { 'x-mbx-used-weight-1m': '25' }
    )
  }

/** The wall clock follows what is printed: nothing is of the future unless a test says so. */
export const createFakeExchange = (clock: VirtualClock): FakeExchange => {
  const printed = new Set<number>()
  let at = timeOf
  const tell = (act: (peer: Peer) => void): void => {
    for (const peer of [...exchange.peers]) if (peer.open) act(peer)
  }
  const exchange: FakeExchange = {
    openSocket: (url, events) => openSocket(exchange)(url, events),
    fetchJson: (url, signal) => fetchJson(exchange, printed, clock)(url, signal),
    peers: [],
    requests: [],
    accepts: true,
    answersPings: true,
    refusal: null,
    forgotten: new Set(),
    odd: new Map(),
    at: id => at(id),
    moveIds: by => {
      at = id => timeOf(id >= by ? id - by : id)
    },
    beginAnew: afterMs => {
      printed.clear()
      at = id => DAY + afterMs + (id - 1) * 10
    },
    historyUpTo: Number.POSITIVE_INFINITY,
    latencyMs: 0,
    print: (...ids) => {
      for (const id of ids) printed.add(id)
      clock.reach(ids.reduce((newest, id) => Math.max(newest, exchange.at(id)), 0) - SKEW_MS)
    },
    trade: (...ids) => {
      exchange.print(...ids)
      exchange.sendTrade(...ids)
    },
    sendTrade: (...ids) => {
      for (const id of ids) exchange.send(streamFrame(id, exchange.at(id), exchange.odd.get(id)))
    },
    send: text => tell(peer => peer.events.onFrame(Buffer.from(text), false)),
    drop: (code = 1006, reason = '') =>
      tell(peer => {
        exchange.peers.splice(exchange.peers.indexOf(peer), 1)
        peer.open = false
        peer.events.onClose(code, reason)
      })
  }
  return exchange
}
