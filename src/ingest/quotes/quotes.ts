import type { Exchange, Frame } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import { type FrameReader, limitBacklog, readFrame } from '../frames/frame-reader.ts'
import type { SocketSession } from '../transport/socket-session.ts'
import { type BookFeed, type BookFeedDeps, createBookFeed } from './book/book-feed.ts'
import { publishBook } from './book/publish-book.ts'
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

/** Streams that an instrument's quotes take. */
export const QUOTE_STREAMS = 3

export const createQuotes = (
  instruments: readonly Instrument[],
  exchange: Exchange,
  deps: BookFeedDeps & Pick<FrameReader, 'exchangeTime'>,
  openKlines: (of: Instrument) => KlineFeed
): Quotes => ({
  ...deps,
  exchange,
  books: new Map(instruments.map(of => [of.symbol, createBookFeed(of, deps)])),
  tickers: new Map(instruments.map(of => [of.symbol, createTickerFeed(deps.output)])),
  klines: new Map(instruments.map(of => [of.symbol, openKlines(of)])),
  byStream: new Map(
    instruments.flatMap(of => [
      [exchange.book.stream(of), of],
      [exchange.tickerStream(of), of],
      [exchange.klines.stream(of), of]
    ])
  ),
  connection: null,
  paused: false
})

export const connectQuotes = ({ books }: Quotes): void => {
  for (const feed of books.values()) connectBook(feed)
}

export const disconnectQuotes = ({ books }: Quotes): void => {
  for (const feed of books.values()) disconnectBook(feed)
}

/** Takes one frame to where it belongs. */
export const receiveQuote = (quotes: Quotes, link: SocketSession, bytes: Buffer, isBinary: boolean): void => {
  if (quotes.signal.aborted) return
  const again = (): void => receiveQuote(quotes, link, bytes, isBinary)
  const frame = readFrame(quotes, link, { bytes, isBinary, again, onLost: () => undefined })
  if (frame?.kind === 'ticker') quotes.tickers.get(frame.ticker.symbol)?.accept(frame.ticker)
  if (frame?.kind === 'ticker' || frame?.kind === 'kline') receiveMinute(quotes, frame)
  if (frame?.kind === 'depth') {
    const feed = quotes.books.get(frame.of.symbol)
    if (feed) acceptDiff(feed, frame, link, quotes.clock.now())
  }
  limitBacklog(quotes)
}

/** Tickers come every second, also of an instrument that nobody trades: they say when a minute is over. */
const receiveMinute = ({ klines }: Quotes, frame: Extract<Frame, { kind: 'ticker' | 'kline' }>): void => {
  const feed = klines.get(frame.kind === 'kline' ? frame.kline.symbol : frame.ticker.symbol)
  if (!feed) return
  if (frame.kind === 'kline' && frame.closed) acceptKline(feed, frame.kline)
  noteTime(feed, frame.time)
}

/** Publishes what has waited for its second, or for the broker. */
export const flushQuotes = ({ books, tickers }: Quotes): void => {
  for (const feed of books.values()) publishBook(feed)
  for (const feed of tickers.values()) feed.flush()
}
