import { createBinance } from '../../src/exchange/binance/binance.ts'
import { type IngestOptions, startIngest } from '../../src/ingest/start-ingest.ts'
import type { Output } from '../../src/ingest/transport/output.ts'
import { epochOf } from '../../src/market/epoch.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import type { DeadLetter } from '../../src/market/records/dead-letter.ts'
import type { Gap } from '../../src/market/records/feed/gap.ts'
import type { InstrumentFacts } from '../../src/market/records/feed/instrument-facts.ts'
import type { Listing } from '../../src/market/records/feed/listing.ts'
import type { Position } from '../../src/market/records/feed/position.ts'
import { type GapMarker, type Heartbeat, isTrade, type Trade } from '../../src/market/records/feed/trade.ts'
import { type EpochMs, epochMs } from '../../src/market/time.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import type { Outgoing, Topic } from '../../src/stream/topic.ts'
import { deadLetters, gaps, ingestState, instruments, listings, rawTicks } from '../../src/topics.ts'
import { DAY } from '../support/market.ts'
import { silent } from '../support/silent.ts'
import { createFakeExchange } from './fake-exchange.ts'
import { createVirtualClock } from './virtual-clock.ts'

export const BTC = parseInstrument('binance:BTC/USDT')

/** A broker in memory: acks at once, or not at all while it is away; what it never acked is gone after a crash of the sender. */
const createBroker = () => {
  let log: Outgoing[] = []
  const waiting: { readonly records: readonly Outgoing[]; readonly ack: () => void }[] = []
  let away = false
  const listeners: ((record: Outgoing) => void)[] = []
  const tell = (records: readonly Outgoing[]): void => {
    for (const record of records) for (const listen of listeners) listen(record)
  }
  const output: Output = {
    onRefused: listen => void listeners.push(listen),
    trust: now => {
      broker.trusted = now
    },
    send: records => {
      const refused = records.filter(broker.refuses)
      log.push(...records.filter(record => !refused.includes(record)))
      if (away) return new Promise(resolve => waiting.push({ records, ack: () => resolve(tell(refused)) }))
      tell(refused)
      return Promise.resolve()
    },
    close: async () => undefined,
    backlog: () => ({ records: waiting.length * 100_000, bytes: 0 })
  }
  /** Takes, or refuses, what was sent first while it was away. */
  const ackOldest = (): void => waiting.shift()?.ack()
  const setAway = (isAway: boolean): void => {
    away = isAway
    while (!away && waiting.length > 0) ackOldest()
  }
  const crash = (): void => {
    const lost = new Set(waiting.flatMap(({ records }) => records))
    log = log.filter(record => !lost.has(record))
    waiting.length = 0
  }
  const broker = {
    log: (): readonly Outgoing[] => log,
    output,
    setAway,
    ackOldest,
    crash,
    /** The clock that ingest has a refused time judged by. */
    trusted: (): EpochMs => epochMs(0),
    /** Whether a record is refused for good. */
    refuses: (_: Outgoing): boolean => false
  }
  return broker
}

/** What outlives an ingest: time, the exchange, the broker. */
export const createWorld = () => {
  const clock = createVirtualClock(DAY)
  return { clock, exchange: createFakeExchange(clock), broker: createBroker() }
}

/** One running ingest of BTC/USDT with everything around it in memory. */
export const openScene = (more: Partial<IngestOptions> = {}, world = createWorld()) => {
  const { clock, exchange, broker } = world
  const health = createHealth()
  const read = <T>({ name, codec }: Topic<T>): readonly T[] =>
    broker
      .log()
      .flatMap(({ topic, value }) => (topic === name && value !== null ? [codec.decode(Buffer.from(value))] : []))
  const ingest = startIngest({
    exchange: createBinance('binance'),
    instruments: [BTC],
    wsUrl: 'ws://exchange',
    restUrl: 'http://exchange',
    graceMs: 1_000,
    heartbeatMs: 1_000,
    gapGiveUpMs: 43_200_000,
    quotes: false,
    positions: [],
    openGaps: [],
    klinePositions: [],
    readPositions: async () => read(ingestState),
    readPublished: async (_, behind) =>
      read(rawTicks)
        .filter(isTrade)
        .filter(trade => epochOf(trade) === behind.epoch && Number(trade.id) > behind.id)
        .map(({ id, time }) => ({ id: Number(id), time })),
    output: broker.output,
    clock,
    fetchJson: exchange.fetchJson,
    openSocket: exchange.openSocket,
    log: silent,
    health,
    random: () => 0.5,
    ...more
  })
  const ticks = () => read(rawTicks)
  return {
    clock,
    exchange,
    broker,
    health,
    ingest,
    read,
    ticks,
    trades: (): readonly Trade[] => ticks().filter(isTrade),
    ids: (via?: Trade['via']): readonly number[] =>
      ticks()
        .filter(isTrade)
        .filter(trade => via === undefined || trade.via === via)
        .map(({ id }) => Number(id)),
    heartbeats: (): readonly Heartbeat[] =>
      ticks().flatMap(tick => ('kind' in tick && tick.kind === 'heartbeat' ? [tick] : [])),
    lost: (): readonly GapMarker[] => ticks().flatMap(tick => ('kind' in tick && tick.kind === 'gap' ? [tick] : [])),
    /** `from..to status`, in the order written. */
    gapRecords: (): readonly Gap[] => read(gaps),
    gaps: (): readonly string[] => read(gaps).map(gap => `${gap.fromId}..${gap.toId} ${gap.status} ${gap.cause}`),
    positions: (): readonly Position[] => read(ingestState),
    listings: (): readonly Listing[] => read(listings),
    instruments: (): readonly InstrumentFacts[] => read(instruments),
    deadLetters: (): readonly DeadLetter[] => read(deadLetters)
  }
}

export type Scene = ReturnType<typeof openScene>

/** Ids `from..to`. */
export const ids = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

export const positionAt = (lastId: number, time: number): Position => ({
  ...BTC,
  lastId: String(lastId),
  time: time as Position['time']
})

export const openGap = (fromId: number, toId: number): Gap => ({
  ...BTC,
  fromId: String(fromId),
  toId: String(toId),
  count: toId - fromId + 1,
  detectedAt: DAY as Gap['detectedAt'],
  status: 'open',
  cause: 'skipped',
  closedAt: null
})

/** A scene whose feed is live after its first trades, 1000 to 1005, and `settleMs` to settle. */
export const openLiveScene = async (settleMs = 10, world = createWorld()): Promise<Scene> => {
  const opened = openScene({}, world)
  await opened.clock.advance(10)
  opened.exchange.trade(...ids(1000, 1005))
  await opened.clock.advance(settleMs)
  return opened
}

/** Ids of the trades that were published in an epoch, in order. */
export const publishedIn = (scene: Scene, epoch: number): readonly number[] =>
  scene
    .trades()
    .filter(trade => epochOf(trade) === epoch)
    .map(({ id }) => Number(id))
    .sort((a, b) => a - b)

/** What was given up, as `raw_ticks` says it. */
export const lostRanges = (scene: Scene): readonly string[] =>
  scene.lost().map(({ fromId, toId }) => `${fromId}..${toId}`)
