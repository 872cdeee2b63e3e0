import { exchangeById } from '../../src/exchange/registry.ts'
import { startIngest } from '../../src/ingest/start-ingest.ts'
import { fetchJson } from '../../src/ingest/transport/fetch-json.ts'
import { openSocket } from '../../src/ingest/transport/open-socket.ts'
import type { Output } from '../../src/ingest/transport/output.ts'
import { isTrade, type Trade } from '../../src/market/records/feed/trade.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { parseFault } from '../../src/simulate/faults/fault.ts'
import type { Listing } from '../../src/simulate/market/listing.ts'
import type { Print } from '../../src/simulate/market/market.ts'
import { createSeededMarket } from '../../src/simulate/market/seeded/seeded-market.ts'
import { startSimulatedExchange } from '../../src/simulate/simulated-exchange.ts'
import { simulatedVenue } from '../../src/simulate/venues/registry.ts'
import type { Outgoing, Topic } from '../../src/stream/topic.ts'
import { deadLetters, rawTicks } from '../../src/topics.ts'
import { eventually } from '../support/eventually.ts'
import { silent } from '../support/silent.ts'

/** What goes wrong within a run, one after the other. */
const FAULTS = [
  'disconnect:at=2,for=0.3',
  'restFailure:at=2,for=1.5',
  'dropFrames:at=5,count=8',
  'malformed:at=6,every=1,count=5',
  'duplicateFrames:at=7,count=5',
  'reorder:at=7.5,count=4'
]
const RUN_MS = 9_000
/** A busy machine takes its time. */
const PATIENCE_MS = 75_000

/** What a venue has printed of one symbol, and what ingest has published of it. */
export type Followed = {
  readonly listing: Listing
  /** From the moment after the first published trade, at which others may have been printed before it, to the end. */
  readonly printed: readonly Print[]
  readonly published: readonly Trade[]
}

const inMemory = () => {
  const log: Outgoing[] = []
  const output: Output = {
    send: async records => void log.push(...records),
    close: async () => undefined,
    onRefused: () => undefined,
    trust: () => undefined,
    backlog: () => ({ records: 0, bytes: 0 })
  }
  const read = <T>({ name, codec }: Topic<T>): readonly T[] =>
    log.flatMap(({ topic, value }) => (topic === name && value !== null ? [codec.decode(Buffer.from(value))] : []))
  return { output, read }
}

/** Follows a simulated venue through faults, by its own adapter and over real sockets. `isComplete`: whether enough has been published. */
export const followVenue = async (
  id: string,
  symbols: readonly string[],
  isComplete: (followed: Followed) => boolean
): Promise<{ readonly followed: readonly Followed[]; readonly deadLetters: number }> => {
  const venue = simulatedVenue(id)
  const market = createSeededMarket({
    seed: 7,
    rate: 40,
    symbols,
    quiet: [],
    nativeOf: symbol => venue.nativeOf(symbol)!,
    clock: systemClock
  })
  const { output, read } = inMemory()
  const exchange = await startSimulatedExchange({
    host: '127.0.0.1',
    port: 0,
    market,
    front: venue.front,
    startOn: 'subscribed',
    faults: FAULTS.map(fault => parseFault(fault)),
    clock: systemClock,
    log: silent
  })
  const endsAt = Date.now() + RUN_MS
  const ingest = startIngest({
    exchange: exchangeById(id),
    instruments: symbols.map(symbol => ({ exchange: id, symbol })),
    wsUrl: exchange.ws,
    restUrl: exchange.rest,
    graceMs: 1_000,
    gapGiveUpMs: 43_200_000,
    heartbeatMs: 1_000,
    quotes: true,
    positions: [],
    openGaps: [],
    klinePositions: [],
    readPositions: async () => [],
    readPublished: async () => [],
    output,
    clock: systemClock,
    fetchJson,
    openSocket,
    log: silent,
    health: createHealth(),
    random: Math.random
  })
  const follow = (): readonly Followed[] => {
    const trades = read(rawTicks).filter(isTrade)
    return [...market.feeds.values()].map(feed => {
      const published = trades.filter(({ symbol }) => symbol === feed.listing.symbol)
      const printed: Print[] = []
      const from = Math.min(...published.map(({ time }) => time))
      if (published.length > 0) feed.visit(feed.idAt(from + 1), feed.idAt(endsAt), print => printed.push(print))
      return { listing: feed.listing, printed, published: published.filter(({ time }) => time > from && time < endsAt) }
    })
  }
  try {
    await eventually(
      () => Date.now() > endsAt && read(deadLetters).length > 0 && follow().every(isComplete),
      () => [id, ...follow().map(({ printed, published }) => [printed.length, published.length])],
      PATIENCE_MS
    )
    return { followed: follow(), deadLetters: read(deadLetters).length }
  } finally {
    ingest.stop()
    await exchange.close()
  }
}
