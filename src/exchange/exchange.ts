import type { Instrument } from '../market/instrument.ts'
import type { Interval } from '../market/interval.ts'
import type { DeadLetterReason } from '../market/records/dead-letter-reason.ts'
import type { BookLevel } from '../market/records/feed/book.ts'
import type { SizedInstrument } from '../market/records/feed/contract-size.ts'
import type { ExchangeKline, KlinePage } from '../market/records/feed/exchange-kline.ts'
import type { Session } from '../market/records/feed/instrument-facts.ts'
import type { Ticker } from '../market/records/feed/ticker.ts'
import type { Trade } from '../market/records/feed/trade.ts'
import type { EpochMs } from '../market/time.ts'
import type { ListedInstrument, Turnover } from './listed-instrument.ts'
import type { Rate, RestInterface, RestRequest } from './rest-interface.ts'

/** What changed in an order book from update `firstId` to `lastId`. Quantities are absolute; `"0"` removes the level. */
export type BookDiff = {
  readonly firstId: number
  readonly lastId: number
  readonly time: EpochMs
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

/** Levels of both sides, best first. */
export type BookLevels = Pick<BookDiff, 'bids' | 'asks'>

/** What an exchange says of the best levels of a book as they are now. It is computed of digits as they were sent, hence the decimals. */
export type BookChecksum = {
  readonly value: number
  readonly priceDecimals: number
  readonly quantityDecimals: number
}

/** The best levels of an order book after update `lastId`; the exchange gives them no time. */
export type BookSnapshot = Pick<BookDiff, 'lastId' | 'bids' | 'asks'>

/**
 * Market data from the socket. `time` is the exchange's clock when it sent the message; null where the message says nothing of it and may
 * tell of what happened long before.
 */
export type MarketEvent =
  | { readonly kind: 'trade'; readonly trade: Trade; readonly time: EpochMs | null }
  /** The newest trade that the exchange has printed of an instrument: all up to it exist. */
  | { readonly kind: 'newest'; readonly instrument: Instrument; readonly lastId: string; readonly time: EpochMs }
  | ({ readonly kind: 'depth'; readonly instrument: Instrument } & BookDiff)
  /** The book as it stands, or what changed in it, of an exchange whose stream has both. Ids are none that could show a jump. */
  | ({
      readonly kind: 'book'
      readonly instrument: Instrument
      readonly isSnapshot: boolean
      readonly checksum: BookChecksum
    } & BookDiff)
  | { readonly kind: 'ticker'; readonly ticker: Ticker; readonly time: EpochMs }
  | { readonly kind: 'kline'; readonly kline: ExchangeKline; readonly closed: boolean; readonly time: EpochMs }

/** An answer to a control message. */
export type ReplyEvent = {
  readonly kind: 'reply'
  /** The request that it answers, as `subscribe` numbered it; null where it does not say. */
  readonly id: number | string | null
  /** What the exchange finds wrong with the request; null: nothing. */
  readonly error: string | null
  /** The streams that it is about; left out: all of the request. */
  readonly streams?: readonly string[]
  /** The exchange's clock, where the answer tells it. */
  readonly time?: EpochMs
}

/** What a message from the socket tells. */
export type ExchangeEvent =
  | MarketEvent
  | ReplyEvent
  /** The connection lives; nothing else. `time`: the exchange's clock, where it tells it. */
  | { readonly kind: 'alive'; readonly time?: EpochMs }
  /** The exchange wants an answer, or it ends the connection. */
  | { readonly kind: 'challenge'; readonly answer: string }
  /** The exchange will end the connection: another should take over before. */
  | { readonly kind: 'shutdown'; readonly time?: EpochMs }
  | { readonly kind: 'unreadable'; readonly reason: DeadLetterReason; readonly detail: string; readonly stream: string }

/** Where a walk through history begins. */
export type HistoryStart = {
  /** The number of the trade by the exchange's chain. */
  readonly id: string
  /** No trade of that number or a higher one was printed before; null: not known. */
  readonly notBefore: EpochMs | null
}

/** What an exchange's list says of an instrument: its own word; null: the list does not hold it; undefined: it does, without a word that can be read. */
export type ListedStatus = string | null | undefined

/** The public base of an interface, and the setting that replaces it. */
type BaseUrl = { readonly base: string; readonly setting: string }

/** How an order book is followed by a snapshot that is asked for, and the stream of what changes in it. */
export type RequestedBook = {
  /** Stream name that carries the changes. */
  readonly stream: (instrument: Instrument) => string
  readonly snapshot: (instrument: Instrument) => RestRequest
  /** Levels a side that a snapshot holds at most: beyond the last of so many, nothing is known. */
  readonly snapshotLevels: number
  /** Throws `TS-DATA` for anything that is no snapshot. */
  readonly decodeSnapshot: (body: unknown, instrument: SizedInstrument) => BookSnapshot
}

/** How an order book is followed whose stream begins with a snapshot, and whose changes prove by a checksum that none was missed. */
export type StreamedBook = {
  readonly stream: (instrument: Instrument) => string
  /** Levels a side that the stream tells of; what a change puts behind them is to be forgotten. */
  readonly depth: number
  readonly isIntact: (top: BookLevels, checksum: BookChecksum) => boolean
  /** Messages after which the stream begins with a snapshot again. */
  readonly renew: (instrument: Instrument) => readonly string[]
}

/** How the last 24 h of all instruments are asked. */
export type TurnoverInterface = {
  readonly requests: readonly RestRequest[]
  /** By symbol. Throws `TS-DATA` for anything that is no list. */
  readonly decode: (body: unknown, listed: readonly ListedInstrument[]) => ReadonlyMap<string, Turnover>
}

/** How the trading sessions are asked that an exchange gives for some of its instruments. */
export type CalendarInterface = {
  readonly request: RestRequest
  /** Whether an instrument follows one of the calendars. */
  readonly isFor: (listed: ListedInstrument) => boolean
  /** Sessions by asset class, oldest first. Throws `TS-DATA` for anything that is no calendar. */
  readonly decode: (body: unknown) => ReadonlyMap<string, readonly Session[]>
}

/** Files of trades that an exchange publishes for all, whose trades have the ids of its streams. */
export type TradeArchive = {
  /** What the name of an instrument's file begins with. */
  readonly prefix: (instrument: Instrument) => string
  /** The names of its columns in their order; older files have no header, and some end before the last column. */
  readonly columns: readonly string[]
  /** A row, by those columns. Throws `TS-DATA` that names the bad field. */
  readonly decode: (cells: readonly string[], instrument: Instrument, receivedAt: EpochMs) => Trade
}

/** Everything that differs between exchanges and nothing else. Pure: sockets and HTTP live in ingest. */
export type Exchange = {
  readonly id: string
  /** Which number of a trade goes up by one with each trade of an instrument, so that a jump is a gap; null: none does. */
  readonly chain: 'id' | 'sequence' | null
  /** Whether the sizes of an instrument are in contracts, which tell nothing before the exchange's list has told what one holds. Left out: of none. */
  readonly countsContracts?: (instrument: Instrument) => boolean
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
  readonly tradeStream: (instrument: Instrument) => string
  /** Stream name that carries the rolling 24 h of an instrument; null: the adapter does not follow them. */
  readonly tickerStream: ((instrument: Instrument) => string) | null
  /** Streams of different routes cannot share a connection. */
  readonly route: (stream: string) => string
  /** Path and query of the socket of a route with these of its streams, to be put behind the WebSocket base. */
  readonly socketPath: (streams: readonly string[], route: string) => string
  /** Control messages that subscribe more streams on an open connection; `id` is repeated by the answers of exchanges that do so. */
  readonly subscribe: (streams: readonly string[], id: number) => readonly string[]
  /** What an exchange has to be told now and then, or it ends the connection; null: nothing. */
  readonly keepAlive: { readonly message: string; readonly everyMs: number } | null
  /** Decodes one message for the instruments subscribed; never throws. `byStream` maps stream names to instruments. */
  readonly decode: (
    text: string,
    byStream: ReadonlyMap<string, SizedInstrument>,
    receivedAt: EpochMs
  ) => readonly ExchangeEvent[]
  readonly history: {
    /** False where its trades do not have the number of the chain, and therefore fill no gap. Left out: they have it. */
    readonly isNumbered?: false
    /** A page of trades that begins with `from` or before it; without it, the newest ones. */
    readonly trades: (instrument: Instrument, from: HistoryStart | null, limit: number) => RestRequest
    /** Oldest first. Throws `TS-DATA` for anything that is no list of trades. */
    readonly decodeTrades: (body: unknown, instrument: SizedInstrument, receivedAt: EpochMs) => readonly Trade[]
    /** The page behind this one, for an exchange that is asked by time and may not have come to `from`; null: there is none. */
    readonly next?: (body: unknown, instrument: Instrument, limit: number) => RestRequest | null
    /** How the first trade that was printed at a time or later is found; null: by looking at pages of trades. */
    readonly firstFrom: {
      readonly request: (instrument: Instrument, time: EpochMs) => RestRequest
      /** Its number by the chain; null when nothing was printed since. Throws `TS-DATA` for anything else. */
      readonly decode: (body: unknown, instrument: Instrument) => number | null
    } | null
  }
  /** Left out: it publishes no files of trades that carry the ids of its streams, or nothing here reads them. */
  readonly archive?: TradeArchive
  /** What the exchange lists. */
  readonly listing: {
    /** The state of these; of all that it lists where there are none. */
    readonly request: (instruments: readonly Instrument[] | null) => RestRequest
    /** The exchange's word for the state of each. Throws `TS-DATA` for anything that is no list. */
    readonly decode: (body: unknown, instruments: readonly Instrument[]) => readonly ListedStatus[]
    /** What a list holds that can be followed. Throws `TS-DATA` for anything that is no list. */
    readonly instruments: (body: unknown) => readonly ListedInstrument[]
    /** What else has to be asked for all that can be followed. */
    readonly others?: readonly RestRequest[]
    /** How the last 24 h of all of them are asked; left out: the adapter does not read them. */
    readonly turnover?: TurnoverInterface
    /** Left out: it gives no trading sessions. */
    readonly calendar?: CalendarInterface
    /** The words for what is not traded until further notice. */
    readonly suspended: readonly string[]
  }
  /** The exchange's own candles: a stream that tells of each 1m one, and their history. */
  readonly klines: {
    /** Stream name that carries the 1m candle that forms, and each as it closes; null: there is none, and history is asked. */
    readonly stream: ((instrument: Instrument) => string) | null
    /** Those of ours that the exchange makes as well. */
    readonly intervals: readonly Interval[]
    readonly perPage: number
    /** Figures that are not what the trades of the window make, by a rule of the exchange's own. Left out: none. */
    readonly incomparable?: readonly ('open' | 'high' | 'low')[]
    /** Those that open in `[from, to)`, the oldest of them; without `from`, the newest before `to`. */
    readonly page: (
      instrument: Instrument,
      interval: Interval,
      from: EpochMs | null,
      to: EpochMs,
      limit: number
    ) => RestRequest
    /** The last may still form. Throws `TS-DATA` for anything that is no list. */
    readonly decodePage: <I extends Interval>(
      body: unknown,
      instrument: SizedInstrument,
      interval: I,
      receivedAt: EpochMs
    ) => KlinePage<I>
  }
  /** null: the adapter does not follow order books. */
  readonly book: RequestedBook | StreamedBook | null
}
