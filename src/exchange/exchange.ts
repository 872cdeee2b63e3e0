import type { Instrument } from '../market/instrument.ts'
import type { Interval } from '../market/interval.ts'
import type { BookLevel } from '../market/records/feed/book.ts'
import type { ExchangeKline, KlinePage } from '../market/records/feed/exchange-kline.ts'
import type { Ticker } from '../market/records/feed/ticker.ts'
import type { Trade } from '../market/records/feed/trade.ts'
import type { EpochMs } from '../market/time.ts'
import type { Rate, RestInterface, RestRequest } from './rest-interface.ts'

/** What changed in an order book from update `firstId` to `lastId`. Quantities are absolute; `"0"` removes the level. */
export type BookDiff = {
  readonly firstId: number
  readonly lastId: number
  readonly time: EpochMs
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

/** The best levels of an order book after update `lastId`; the exchange gives them no time. */
export type BookSnapshot = Pick<BookDiff, 'lastId' | 'bids' | 'asks'>

/** Market data from the socket. `time` is the exchange's clock when it sent the frame. */
export type MarketFrame =
  | { readonly kind: 'trade'; readonly trade: Trade; readonly time: EpochMs }
  | ({ readonly kind: 'depth'; readonly of: Instrument } & BookDiff)
  | { readonly kind: 'ticker'; readonly ticker: Ticker; readonly time: EpochMs }
  | { readonly kind: 'kline'; readonly kline: ExchangeKline; readonly closed: boolean; readonly time: EpochMs }

/** What a frame from the socket turned out to be. */
export type Frame =
  | MarketFrame
  | { readonly kind: 'shutdown'; readonly time: EpochMs }
  | { readonly kind: 'reply'; readonly id: number | string | null; readonly error: string | null }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly detail: string; readonly stream: string }

/** What an exchange's list says of an instrument: its own word; null: the list does not hold it; undefined: it does, without a word that can be read. */
export type ListedStatus = string | null | undefined

/** The public base of an interface, and the setting that replaces it. */
type BaseUrl = { readonly base: string; readonly setting: string }

/** Everything that differs between exchanges and nothing else. Pure: sockets and HTTP live in ingest. */
export type Exchange = {
  readonly id: string
  /** `id`: trade ids are consecutive, so a jump is a hole. `none`: they are not. */
  readonly gapDetection: 'id' | 'none'
  readonly urls: { readonly ws: BaseUrl; readonly rest: BaseUrl }
  readonly limits: {
    readonly streamsPerConnection: number
    /** Bytes of stream names that a socket's address holds; what is beyond is subscribed by messages. 0: everything is. */
    readonly streamBytesInAddress: number
    readonly streamsPerMessage: number
    /** Attempts to connect from one address. */
    readonly connects: Rate
    /** The exchange ends a connection after so long. */
    readonly connectionLifetimeMs: number
    /** Messages to it on one connection, pings and pongs among them. */
    readonly messages: Rate
    readonly tradesPerPage: number
  }
  readonly rest: RestInterface
  /** What the HTTP statuses mean by which it refuses this address, and what helps; those of a socket's handshake as well. */
  readonly refusals: ReadonlyMap<number, string>
  /** Stream name that carries the trades of an instrument. */
  readonly tradeStream: (of: Instrument) => string
  /** Stream name that carries the rolling 24 h of an instrument. */
  readonly tickerStream: (of: Instrument) => string
  /** Path and query of the socket for these streams, to be put behind the WebSocket base. */
  readonly socketPath: (streams: readonly string[]) => string
  /** Control message that subscribes more streams on an open connection. */
  readonly subscribe: (streams: readonly string[], id: number) => string
  /** Decodes one frame for the instruments subscribed; never throws. `byStream` maps stream names to instruments. */
  readonly decode: (text: string, byStream: ReadonlyMap<string, Instrument>, receivedAt: EpochMs) => Frame
  readonly history: {
    /** Trades from `fromId` on, oldest first; without it, the newest ones. */
    readonly trades: (of: Instrument, fromId: string | null, limit: number) => RestRequest
    /** Throws a `data` error for anything that is no list of trades. */
    readonly decodeTrades: (body: unknown, of: Instrument, receivedAt: EpochMs) => readonly Trade[]
    /** The first trade that was printed at `time` or later. */
    readonly firstFrom: (of: Instrument, time: EpochMs) => RestRequest
    /** Its id; null when nothing was printed since. Throws a `data` error for anything else. */
    readonly decodeFirstId: (body: unknown) => number | null
  }
  /** What the exchange lists. */
  readonly listing: {
    /** The state of these; of all that it lists where there are none. */
    readonly request: (of: readonly Instrument[] | null) => RestRequest
    /** The exchange's word for the state of each. Throws a `data` error for anything that is no list. */
    readonly decode: (body: unknown, of: readonly Instrument[]) => readonly ListedStatus[]
    /** The words for what is not traded until further notice. */
    readonly suspended: readonly string[]
  }
  /** The exchange's own candles: a stream that tells of each 1m one, and their history. */
  readonly klines: {
    /** Stream name that carries the 1m candle that forms, and each as it closes. */
    readonly stream: (of: Instrument) => string
    /** Those of ours that the exchange makes as well. */
    readonly intervals: readonly Interval[]
    readonly perPage: number
    /** Those that open in `[from, to)`, the oldest of them; without `from`, the newest before `to`. */
    readonly page: (of: Instrument, interval: Interval, from: EpochMs | null, to: EpochMs, limit: number) => RestRequest
    /** The last may still form. Throws a `data` error for anything that is no list. */
    readonly decodePage: <I extends Interval>(
      body: unknown,
      of: Instrument,
      interval: I,
      receivedAt: EpochMs
    ) => KlinePage<I>
  }
  /** The order book: a snapshot, and the stream of what changes in it. */
  readonly book: {
    /** Stream name that carries the changes. */
    readonly stream: (of: Instrument) => string
    readonly snapshot: (of: Instrument) => RestRequest
    /** Levels a side that a snapshot holds at most: beyond the last of so many, nothing is known. */
    readonly snapshotLevels: number
    /** Throws a `data` error for anything that is no snapshot. */
    readonly decodeSnapshot: (body: unknown) => BookSnapshot
  }
}
