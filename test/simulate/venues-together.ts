import { aggregate, type MinuteKline } from '../../src/aggregate/aggregate.ts'
import type { Exchange } from '../../src/exchange/exchange.ts'
import { exchangeById } from '../../src/exchange/registry.ts'
import { startIngest } from '../../src/ingest/start-ingest.ts'
import type { Output } from '../../src/ingest/transport/output.ts'
import { type Instrument, instrumentKey } from '../../src/market/instrument.ts'
import type { DeadLetter } from '../../src/market/records/dead-letter.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Gap } from '../../src/market/records/feed/gap.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import type { Fault } from '../../src/simulate/faults/fault.ts'
import type { Feed } from '../../src/simulate/market/market.ts'
import { createSeededMarket } from '../../src/simulate/market/seeded/seeded-market.ts'
import { createSimulatedExchange } from '../../src/simulate/simulated-exchange.ts'
import { SIMULATED_VENUES } from '../../src/simulate/venues/registry.ts'
import type { Outgoing, Topic } from '../../src/stream/topic.ts'
import { deadLetters, exchangeKlines, gaps, rawTicks } from '../../src/topics.ts'
import { createVirtualClock } from '../ingest/virtual-clock.ts'
import { drive } from '../support/drive.ts'
import { DAY } from '../support/market.ts'
import { silent } from '../support/silent.ts'
import { fetchJsonOf, openSocketOf, type Way } from './exchanges-in-memory.ts'

const STEP_MS = 250
const TRADES_PER_SECOND = 2

/** What a venue is given to go wrong with. */
type Trouble = { readonly faults: readonly Fault[]; readonly way: (nowMs: () => number) => Way }

/** A venue that is followed, and what it has printed. */
export type Followed = { readonly adapter: Exchange; readonly instrument: Instrument; readonly feed: () => Feed }

const createLog = () => {
  const log: Outgoing[] = []
  const output: Output = {
    send: async records => void log.push(...records),
    close: async () => undefined,
    onRefused: () => undefined,
    trust: () => undefined,
    backlog: () => ({ records: 0, bytes: 0 })
  }
  return { log, output }
}

/** Order books and tickers have tests of their own. */
const withoutBooks = (adapter: Exchange): Exchange => ({ ...adapter, book: null, tickerStream: null })

const decoded = <T>({ codec }: Topic<T>, { value }: Outgoing): T => codec.decode(Buffer.from(value ?? ''))

const inputsOf = (record: Outgoing): readonly (Tick | MinuteKline)[] => {
  if (record.topic === rawTicks.name) return [decoded(rawTicks, record)]
  if (record.topic !== exchangeKlines.name) return []
  const kline = decoded(exchangeKlines, record)
  return exchangeById(kline.exchange).chain === null ? [{ kind: 'kline', ...kline }] : []
}

/** Every venue that can be simulated, followed by one process with one producer for so long, of its own time. */
export const followTogether = async (forMs: number, troubleOf: (id: string, index: number) => Trouble) => {
  const clock = createVirtualClock(DAY - 60_000)
  const { log, output } = createLog()
  const health = createHealth()
  const stops: (() => void)[] = []
  const steps: (() => void)[] = []
  const followed: Followed[] = SIMULATED_VENUES.map(({ id, usual: [symbol = ''], nativeOf, front }, index) => {
    const { faults, way } = troubleOf(id, index)
    const market = createSeededMarket({
      ...{ seed: 7 + index, rate: TRADES_PER_SECOND, symbols: [symbol], quiet: [], clock },
      nativeOf: name => nativeOf(name)!
    })
    const exchange = createSimulatedExchange({ market, front, startOn: 'subscribed', faults, clock, log: silent })
    const own = way(clock.monotonicMs)
    const adapter = withoutBooks(exchangeById(id))
    const instrument = { exchange: id, symbol }
    const ingest = startIngest({
      ...{ exchange: adapter, instruments: [instrument], wsUrl: 'ws://exchange', restUrl: 'http://exchange' },
      ...{ graceMs: 1_000, heartbeatMs: 1_000, gapGiveUpMs: 43_200_000, quotes: adapter.chain === null },
      listing: true,
      ...{ positions: [], openGaps: [], klinePositions: [{ ...instrument, openTime: epochMs(DAY - 120_000) }] },
      ...{ readPositions: async () => [], readPublished: async () => [] },
      openSocket: openSocketOf(exchange.front, own),
      fetchJson: fetchJsonOf(exchange.front, own, clock),
      ...{ output, clock, log: silent, health, random: () => 0.5 }
    })
    stops.push(ingest.stop)
    steps.push(exchange.step)
    return { adapter, instrument, feed: () => [...market.feeds.values()][0]! }
  })
  for (let at = 0; at < forMs; at += STEP_MS) {
    for (const step of steps) step()
    await clock.advance(STEP_MS)
  }
  for (const stop of stops) stop()
  const inputs = log.flatMap(inputsOf)
  const options = {
    intervals: ['10s', '1m'] as const,
    ...{ gapHoldMs: 10_000, revisionHorizonMs: 7_200_000 },
    hasChain: (exchange: string) => exchangeById(exchange).chain !== null
  }
  const candles = drive(aggregate(options), inputs)
    .outputs.map(({ value }) => JSON.parse(value ?? '') as Candle)
    .filter(({ final }) => final)
  const read = <T>(topic: Topic<T>): readonly T[] =>
    log.filter(record => record.topic === topic.name && record.value !== null).map(record => decoded(topic, record))
  return {
    followed,
    /** The newest revision of each. */
    candles: [...new Map(candles.map(one => [`${instrumentKey(one)} ${one.interval} ${one.openTime}`, one])).values()],
    gaps: read(gaps) as readonly Gap[],
    deadLetters: read(deadLetters) as readonly DeadLetter[],
    health
  }
}
