import type { Exchange } from '../exchange/exchange.ts'
import { type Instrument, instrumentKey } from '../market/instrument.ts'
import type { Gap } from '../market/records/feed/gap.ts'
import type { InstrumentFacts } from '../market/records/feed/instrument-facts.ts'
import type { KlinePosition } from '../market/records/feed/kline-position.ts'
import type { Position } from '../market/records/feed/position.ts'
import { epochMs } from '../market/time.ts'
import type { Clock } from '../runtime/clock.ts'
import type { SymbolPattern } from '../runtime/config/symbol-pattern.ts'
import type { Health } from '../runtime/observe/health.ts'
import type { Logger } from '../runtime/observe/log.ts'
import { spawn } from '../runtime/spawn.ts'
import type { Publisher } from '../stream/topic.ts'
import { createConcurrentStarts } from './feed/concurrent-starts.ts'
import type { Feed, FeedDeps, ReadPublished, TradeFeed } from './feed/feed.ts'
import { startUnnumberedFeed } from './feed/unnumbered-feed.ts'
import type { FrameReader } from './frames/frame-reader.ts'
import {
  chunks,
  connectShard,
  createShard,
  disconnectShard,
  emitHeartbeats,
  receiveFrame,
  type Shard,
  watchSilence
} from './frames/shard.ts'
import { createHistory } from './history/history.ts'
import { joinSized } from './listings/contract-sizes.ts'
import { joinListed } from './listings/listings.ts'
import { createLookTimes, noticeUnknown } from './listings/look-times.ts'
import { startQuotes } from './quotes/start-quotes.ts'
import { chainedTradeFeed, startFeed } from './start-feed.ts'
import { retractTrade } from './trades/retract-trade.ts'
import { createConnectLimiter } from './transport/connect-limiter.ts'
import { type ConnectionOptions, openConnection } from './transport/connection.ts'
import { createExchangeTime } from './transport/exchange-time.ts'
import type { FetchJson } from './transport/fetch-json.ts'
import type { OpenSocket } from './transport/open-socket.ts'
import type { Output } from './transport/output.ts'
import { createRest } from './transport/rest.ts'

/** What the ingest of one exchange works with; everything that touches the world is handed in. */
export type IngestOptions = {
  readonly exchange: Exchange
  readonly instruments: readonly Instrument[]
  /** Bases of the exchange's interfaces. */
  readonly wsUrl: string
  readonly restUrl: string
  /** How far heartbeats trail the connection's clock, in milliseconds. */
  readonly graceMs: number
  /** How often each feed says how far it is whole, in milliseconds. */
  readonly heartbeatMs: number
  /** How long history may refuse, or not answer, before a gap is given up, in milliseconds. */
  readonly gapGiveUpMs: number
  /** Whether order books, tickers and the exchange's own candles are followed as well. */
  readonly quotes: boolean
  /** Whether the exchange's list is asked which of the instruments there are, before they are followed. */
  readonly listing?: boolean
  /** Whatever the exchange lists of these is joined when it appears. */
  readonly patterns?: readonly SymbolPattern[]
  /** Whether the broker has a topic; left out: it has. */
  readonly hasTopic?: (name: string) => Promise<boolean>
  /** Where the exchange's word for each instrument goes, so that it holds no trade up; left out: where trades go. */
  readonly listingsOutput?: Pick<Publisher, 'send'>
  /** What an earlier run left, of any instrument. */
  readonly knownFacts?: readonly InstrumentFacts[]
  readonly positions: readonly Position[]
  readonly openGaps: readonly Gap[]
  readonly klinePositions: readonly KlinePosition[]
  /** Every position that was ever saved and is still there, as it stands when it is called. */
  readonly readPositions: () => Promise<readonly Position[]>
  readonly readPublished: ReadPublished
  readonly output: Output
  readonly clock: Clock
  readonly fetchJson: FetchJson
  readonly openSocket: OpenSocket
  readonly log: Logger
  readonly health: Health
  readonly random: () => number
}

/** A running ingest. `stop` ends its connections at once; what was sent is the output's to finish. */
export type Ingest = { readonly stop: () => void }

const WATCH_MS = { least: 400, most: 1_000 }

/** Follows the trades of these instruments, and their quotes where wanted, until it is stopped. */
export const startIngest = (asked: IngestOptions): Ingest => {
  const stop = new AbortController()
  const { signal } = stop
  const { exchange, log, health, output, random } = asked
  const exchangeTime = createExchangeTime(asked.clock, log, signal)
  const clock: Clock = { ...asked.clock, now: exchangeTime.now }
  const options = { ...asked, clock }
  const looks = createLookTimes(asked.clock, signal)
  const listRest = createRest({ ...options, url: options.restUrl, signal })
  const rest = noticeUnknown(listRest, looks.hasten)
  const history = createHistory({ ...options, rest, signal })
  const beginnings = createConcurrentStarts(options.readPositions)
  const { gapGiveUpMs, readPublished } = options
  const surroundings = { output, readPublished, exchangeTime, health, clock, log, random, signal }
  const deps: FeedDeps = { ...surroundings, history, beginnings, gapGiveUpMs }
  const limiter = createConnectLimiter(exchange.limits.connects, clock, signal)
  const feeds = new Map<string, Feed>()
  output.onRefused(record => retractTrade(feeds, record))
  // Before any frame has come, the position of an earlier run, which this one says again, is what shows a broker's clock to be behind.
  const savedTime = Math.max(0, ...options.positions.map(({ time }) => time))
  output.trust(() => epochMs(Math.max(exchangeTime.now(), savedTime)))
  const shared = { ...options, url: base(options.wsUrl), limiter, exchangeTime, signal }
  const shards: Shard[] = []
  const quotes: FrameReader[] = []
  const joinNow = (instruments: readonly Instrument[]): void => {
    const routeOf = (instrument: Instrument): string => exchange.route(exchange.tradeStream(instrument))
    const parts = chunks(instruments, routeOf, exchange.limits.streamsPerConnection)
    const more = parts.map(some => startShard(options, some, feeds, { ...deps, onQuiet: looks.hasten }))
    connect(shared, more, shards.length)
    shards.push(...more)
    if (options.quotes) quotes.push(...startQuotes({ ...shared, instruments, rest, before: quotes.length }))
  }
  const join = (instruments: readonly Instrument[]): void =>
    exchange.countsContracts
      ? spawn(joinSized({ ...shared, rest: listRest }, instruments, joinNow), signal, log)
      : joinNow(instruments)
  if (options.listing)
    spawn(joinListed({ listingsOutput: output, ...shared, rest: listRest, looks, join }), signal, log)
  else join(options.instruments)
  spawn(emitHeartbeatsRegularly(options, shards, signal), signal, log)
  spawn(
    watchOften(options, () => [...shards, ...quotes], signal),
    signal,
    log
  )
  return { stop: () => stop.abort(new Error('ingest was stopped')) }
}

/** Paths begin with a slash of their own. */
const base = (url: string): string => url.replace(/\/+$/, '')

/** The feeds of one connection; those with a chain of ids go into `chained` as well. */
const startShard = (
  options: IngestOptions,
  instruments: readonly Instrument[],
  chained: Map<string, Feed>,
  deps: FeedDeps & Pick<Shard, 'onQuiet'>
): Shard => {
  const start = (instrument: Instrument): TradeFeed => {
    if (options.exchange.chain === null) return startUnnumberedFeed(instrument, deps)
    const key = instrumentKey(instrument)
    const isOwn = (other: Instrument): boolean => instrumentKey(other) === key
    const feed = startFeed(instrument, options.positions.find(isOwn) ?? null, options.openGaps.filter(isOwn), deps)
    chained.set(key, feed)
    return chainedTradeFeed(feed)
  }
  return createShard(instruments.map(start), { ...deps, exchange: options.exchange })
}

const connect = (
  shared: Omit<ConnectionOptions, 'streams' | 'name' | 'onFrame' | 'onUp' | 'onDown'>,
  shards: readonly Shard[],
  before: number
): void => {
  for (const [i, shard] of shards.entries()) {
    shard.connection = openConnection({
      ...shared,
      streams: [...shard.byStream.keys()],
      name: `${shared.exchange.id} connection ${before + i + 1}`,
      onFrame: (session, bytes, isBinary) => receiveFrame(shard, session, bytes, isBinary),
      onUp: () => connectShard(shard),
      onDown: () => disconnectShard(shard)
    })
  }
}

const emitHeartbeatsRegularly = async (
  options: IngestOptions,
  shards: readonly Shard[],
  signal: AbortSignal
): Promise<void> => {
  for (;;) {
    await options.clock.sleep(options.heartbeatMs, signal)
    for (const shard of shards) {
      emitHeartbeats(shard, options.graceMs)
      watchSilence(shard)
    }
  }
}

const watchOften = async (
  options: IngestOptions,
  intakes: () => readonly FrameReader[],
  signal: AbortSignal
): Promise<void> => {
  const everyMs = Math.min(WATCH_MS.most, Math.max(WATCH_MS.least, options.heartbeatMs))
  for (;;) {
    await options.clock.sleep(everyMs, signal)
    for (const { connection } of intakes()) connection?.watch(everyMs)
  }
}
