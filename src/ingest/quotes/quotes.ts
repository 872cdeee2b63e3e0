import type { Exchange, MarketEvent } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import { applyBackpressure, type FrameReader, readFrame } from '../frames/frame-reader.ts'
import type { SocketSession } from '../transport/socket-session.ts'
import { type BookFeed, type BookFeedDeps, createBookFeed } from './book/book-feed.ts'
import { publishBook } from './book/publish-book.ts'
import { acceptStreamed } from './book/streamed-book.ts'
import { acceptDiff, connectBook, disconnectBook } from './book/sync-book.ts'
import { acceptKline, noteTime } from './kline/accept-kline.ts'
import type { KlineFeed } from './kline/kline-feed.ts'
import { createTickerFeed, type TickerFeed } from './ticker-feed.ts'

/** The order books, tickers and klines that share one connection, apart from trades: nothing that happens to them holds trades up. */
export type Quotes = FrameReader & {
  readonly books: ReadonlyMap<string, BookFeed>
  readonly tickers: ReadonlyMap<string, TickerFeed>
  readonly klines: ReadonlyMap<string, KlineFeed>
}

/** Streams that carry an instrument's quotes, as far as the exchange's adapter follows them. */
export const quoteStreams = ({ book, tickerStream, klines }: Exchange, instrument: Instrument): readonly string[] =>
  [book?.stream, tickerStream, klines.stream].flatMap(streamOf => (streamOf ? [streamOf(instrument)] : []))

/** What carries the time by which an instrument's klines are due. */
export const klineStream = ({ klines, tickerStream }: Exchange, instrument: Instrument): string | undefined =>
  (klines.stream ?? tickerStream)?.(instrument)

/** The quotes of one connection, which carries `streams`. */
export const createQuotes = (
  instruments: readonly Instrument[],
  streams: ReadonlySet<string>,
  exchange: Exchange,
  deps: BookFeedDeps & Pick<FrameReader, 'exchangeTime'>,
  openKlines: (instrument: Instrument) => KlineFeed
): Quotes => {
  const { book } = exchange
  const has = (stream: string | undefined): boolean => stream !== undefined && streams.has(stream)
  const withBook = instruments.filter(instrument => has(book?.stream(instrument)))
  const withTicker = instruments.filter(instrument => has(exchange.tickerStream?.(instrument)))
  const withKlines = instruments.filter(instrument => has(klineStream(exchange, instrument)))
  const ownStreams = (instrument: Instrument): readonly string[] => quoteStreams(exchange, instrument).filter(has)
  return {
    ...deps,
    exchange,
    books: new Map(withBook.map(instrument => [instrument.symbol, createBookFeed(instrument, deps)])),
    tickers: new Map(withTicker.map(instrument => [instrument.symbol, createTickerFeed(deps.output)])),
    klines: new Map(withKlines.map(instrument => [instrument.symbol, openKlines(instrument)])),
    byStream: new Map(instruments.flatMap(instrument => ownStreams(instrument).map(stream => [stream, instrument]))),
    connection: null,
    paused: false
  }
}

/** A book whose stream has its snapshots waits for one. */
export const connectQuotes = ({ books, exchange: { book } }: Quotes): void => {
  if (book && 'snapshot' in book) for (const feed of books.values()) connectBook(feed)
}

export const disconnectQuotes = ({ books }: Quotes): void => {
  for (const feed of books.values()) disconnectBook(feed)
}

/** Takes one frame to where it belongs. */
export const receiveQuote = (quotes: Quotes, session: SocketSession, bytes: Buffer, isBinary: boolean): void => {
  if (quotes.signal.aborted) return
  const again = (): void => receiveQuote(quotes, session, bytes, isBinary)
  for (const event of readFrame(quotes, session, { bytes, isBinary, again, onRejected: () => undefined }))
    receiveEvent(quotes, session, event)
  applyBackpressure(quotes)
}

const receiveEvent = (quotes: Quotes, session: SocketSession, event: MarketEvent): void => {
  if (event.kind === 'ticker') quotes.tickers.get(event.ticker.symbol)?.accept(event.ticker)
  receiveMinute(quotes, event)
  if (event.kind === 'depth' || event.kind === 'book') receiveBook(quotes, session, event)
}

const receiveBook = (
  { books, clock, exchange: { book } }: Quotes,
  session: SocketSession,
  event: Extract<MarketEvent, { kind: 'depth' | 'book' }>
): void => {
  const feed = books.get(event.instrument.symbol)
  if (!feed || !book) return
  if (event.kind === 'depth') acceptDiff(feed, event, session, clock.now())
  else if ('renew' in book) acceptStreamed(feed, book, event, session, clock.now())
}

const instrumentIn = (event: MarketEvent): { readonly symbol: string } | null => {
  if (event.kind === 'ticker') return event.ticker
  if (event.kind === 'kline') return event.kline
  return event.kind === 'newest' ? event.instrument : null
}

/** Tickers, and what tells of the newest trade, come every second, also of an instrument that nobody trades: they say when a minute is over. */
const receiveMinute = ({ klines }: Quotes, event: MarketEvent): void => {
  const feed = klines.get(instrumentIn(event)?.symbol ?? '')
  if (!feed || event.time === null) return
  if (event.kind === 'kline' && event.closed) acceptKline(feed, event.kline)
  noteTime(feed, event.time)
}

/** Publishes what has waited for its second, or for the broker. */
export const flushQuotes = ({ books, tickers }: Quotes): void => {
  for (const feed of books.values()) publishBook(feed)
  for (const feed of tickers.values()) feed.flush()
}
