import type { Exchange } from '../../exchange/exchange.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { KlinePosition } from '../../market/records/feed/kline-position.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { spawn } from '../../runtime/spawn.ts'
import { chunks } from '../frames/shard.ts'
import { type ConnectionOptions, openConnection } from '../transport/connection.ts'
import type { ExchangeTime } from '../transport/exchange-time.ts'
import { createOutage } from '../transport/outage.ts'
import type { Output } from '../transport/output.ts'
import type { Rest } from '../transport/rest.ts'
import { createSnapshots } from './book/snapshots.ts'
import { noteTime } from './kline/accept-kline.ts'
import { createKlineFeed, type KlineFeed, type KlineFeedDeps } from './kline/kline-feed.ts'
import { createKlineHistory } from './kline/kline-history.ts'
import {
  connectQuotes,
  createQuotes,
  disconnectQuotes,
  flushQuotes,
  klineStream,
  type Quotes,
  quoteStreams,
  receiveQuote
} from './quotes.ts'

/** What the quotes of one exchange work with. */
export type QuotesOptions = Omit<ConnectionOptions, 'streams' | 'name' | 'onFrame' | 'onUp' | 'onDown'> & {
  readonly exchange: Exchange
  readonly instruments: readonly Instrument[]
  /** How many connections of quotes there are already. */
  readonly before: number
  /** The newest kline that an earlier run has published of each. */
  readonly klinePositions: readonly KlinePosition[]
  readonly output: Output
  readonly rest: Rest
  readonly exchangeTime: ExchangeTime
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
}

/** A book that changed within the second of its last record waits this much longer at most. */
const FLUSH_MS = 100
/** How often it is looked whether a minute is over that no stream tells of. */
const LOOK_MS = 1_000

const open = (options: QuotesOptions, quotes: Quotes, name: string): void => {
  quotes.connection = openConnection({
    ...options,
    streams: [...quotes.byStream.keys()],
    name,
    onFrame: (session, bytes, isBinary) => receiveQuote(quotes, session, bytes, isBinary),
    onUp: () => connectQuotes(quotes),
    onDown: () => disconnectQuotes(quotes)
  })
}

const flushOften = async (all: readonly Quotes[], { clock, signal }: QuotesOptions): Promise<void> => {
  for (;;) {
    await clock.sleep(FLUSH_MS, signal)
    for (const quotes of all) flushQuotes(quotes)
  }
}

/**
 * Where no number proves trades whole the exchange's own candles do. If no stream tells of them, nor of the time, they are due by this
 * machine's clock, as the exchange's has set it right.
 */
const followUnheard = async (
  options: QuotesOptions,
  openKlines: (instrument: Instrument) => KlineFeed
): Promise<void> => {
  const { exchange, instruments, clock, signal } = options
  const unheard = instruments.filter(
    instrument => exchange.chain === null && klineStream(exchange, instrument) === undefined
  )
  const feeds = unheard.map(openKlines)
  while (feeds.length > 0) {
    await clock.sleep(LOOK_MS, signal)
    for (const feed of feeds) noteTime(feed, clock.now())
  }
}

const newestKline = ({ klinePositions }: QuotesOptions, instrument: Instrument) =>
  klinePositions.find(other => instrumentKey(other) === instrumentKey(instrument))?.openTime ?? null

/** What each connection carries: quotes of the same route, as many as it can hold. */
const partsOf = ({ exchange, instruments }: QuotesOptions) => {
  const all = instruments.flatMap(instrument => quoteStreams(exchange, instrument))
  return [...Map.groupBy(all, exchange.route)].flatMap(([route, own]) => {
    const streams = new Set(own)
    const routed = instruments.filter(instrument =>
      quoteStreams(exchange, instrument).some(stream => streams.has(stream))
    )
    const most = Math.max(1, Math.floor((exchange.limits.streamsPerConnection * routed.length) / own.length))
    return chunks(routed, () => route, most).map(some => ({ instruments: some, streams }))
  })
}

/** Follows the order books, tickers and klines of these instruments, on connections of their own, until the signal. */
export const startQuotes = (options: QuotesOptions): readonly Quotes[] => {
  const { exchange, rest, clock, log, health, signal } = options
  const { book } = exchange
  const requested = book && 'snapshot' in book ? book : null
  const deps: Parameters<typeof createQuotes>[3] = {
    ...options,
    snapshots: createSnapshots(requested, rest),
    snapshotLevels: requested?.snapshotLevels ?? 0,
    outage: createOutage({ part: `order books ${exchange.id}`, what: 'a snapshot of an order book', log, health })
  }
  const klineDeps: KlineFeedDeps = {
    ...options,
    history: createKlineHistory(exchange, rest, clock),
    outage: createOutage({ part: `klines ${exchange.id}`, what: "the exchange's own candles", log, health })
  }
  const openKlines = (instrument: Instrument) =>
    createKlineFeed(instrument, newestKline(options, instrument), klineDeps)
  const all = partsOf(options).map(({ instruments, streams }) =>
    createQuotes(instruments, streams, exchange, deps, openKlines)
  )
  for (const [i, quotes] of all.entries()) open(options, quotes, `${exchange.id} quotes ${options.before + i + 1}`)
  spawn(flushOften(all, options), signal, log)
  spawn(followUnheard(options, openKlines), signal, log)
  return all
}
