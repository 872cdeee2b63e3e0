import { describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { alert } from '../../src/alert/alert.ts'
import { analyzeComposite } from '../../src/analyze/analyze-composite.ts'
import { analyzeIndicators } from '../../src/analyze/analyze-indicators.ts'
import { analyzeKpi } from '../../src/analyze/analyze-kpi.ts'
import { analyzePairs } from '../../src/analyze/analyze-pairs.ts'
import { analyzeVerification } from '../../src/analyze/analyze-verification.ts'
import { pairLegs } from '../../src/analyze/pair-legs.ts'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { nothingRestored } from '../../src/kafka/task/commit/state-changelog.ts'
import { TaskState } from '../../src/kafka/task/task-state.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import { INTERVALS } from '../../src/market/interval.ts'
import { type EpochMs, epochMs } from '../../src/market/time.ts'
import { measurements } from '../../src/sink/influx/measurements/measurements.ts'
import { lakeSink } from '../../src/sink/lake/lake-sink.ts'
import { postgresSink } from '../../src/sink/postgres/postgres-sink.ts'
import { deliverySink } from '../../src/sink/webhook/delivery-sink.ts'
import { decodeRecord, type Incoming } from '../../src/stream/topic.ts'
import * as topics from '../../src/topics.ts'
import { createBoard } from '../../src/up/screen/board.ts'
import { showRecord } from '../../src/up/screen/watch-market.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { DAY, trade } from '../support/market.ts'

const YEAR_MS = 365 * 86_400_000
const MINUTE_MS = 60_000

const files = new Map(readTopicFiles().map(file => [file.name, file]))
const exampleOf = (name: string): Readonly<Record<string, unknown>> => files.get(name)!.example.value
const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

/** Topics whose records bear the time of what happened, both in their value and as their timestamp. */
const EVENTS = [
  topics.rawTicks,
  topics.rawBooks,
  topics.rawTickers,
  topics.exchangeKlines,
  ...INTERVALS.map(interval => topics.candles[interval]),
  topics.kpis,
  topics.indicators,
  topics.pairLegs,
  topics.pairs,
  topics.compositeLegs,
  topics.composites,
  topics.verifications,
  topics.alerts
]
const eventTimes = new Map<string, EpochMs>(
  EVENTS.map(({ name, codec, time }) => [name, time(codec.decode(bytesOf(exampleOf(name))) as never)])
)

type Reader = (bytes: Buffer, timestamp: number) => unknown

const ofTopologies: readonly (readonly [string, string, Reader])[] = [
  aggregate({ intervals: INTERVALS, gapHoldMs: 60_000, revisionHorizonMs: 600_000 }),
  analyzeKpi({ everyMs: 5_000 }),
  analyzeIndicators(INTERVALS),
  pairLegs({ pairs: [], intervals: INTERVALS }),
  analyzePairs(),
  analyzeComposite(),
  analyzeVerification(),
  alert()
].flatMap(({ name: stage, from }) =>
  from.map(({ name, decode }) => {
    const read: Reader = (bytes, timestamp) => decode(bytes, { key: null, timestamp: String(timestamp) })
    return [stage, name, read] as const
  })
)

const incoming = (topic: string, value: Buffer | null, timestamp: number): Incoming => ({
  topic,
  partition: 0,
  offset: '0',
  timestamp: epochMs(timestamp),
  key: null,
  value,
  headers: {}
})

const sinks = [
  postgresSink(undefined as never, 'sink-postgres'),
  lakeSink(folderStore('/nowhere'), fakeClock(0)),
  deliverySink(undefined as never, null),
  ...measurements
]
const ofSinks: readonly (readonly [string, string, Reader])[] = sinks.flatMap(({ name: sink, topics: read, ...of }) =>
  read.map(name => {
    const reader: Reader = (bytes, timestamp) => of.read(incoming(name, bytes, timestamp))
    return [`the sink ${sink}`, name, reader] as const
  })
)

const readers = [...ofTopologies, ...ofSinks].filter(([, name]) => eventTimes.has(name))

describe('a record of the future', () => {
  test.each(readers)('is not believed by %s, of %s', (_stage, name, read) => {
    const time = eventTimes.get(name)!
    expect(() => read(bytesOf({ ...exampleOf(name) }), time - MINUTE_MS - 1)).toThrow('later than the record')
    expect(() => read(bytesOf({ ...exampleOf(name) }), time - MINUTE_MS)).not.toThrow()
  })

  test.each([topics.gaps, topics.listings, topics.instruments, topics.deadLetters])(
    'is none by a clock of ours: $name',
    topic => {
      const bytes = bytesOf(exampleOf(topic.name))
      expect(() => decodeRecord(topic as typeof topics.gaps, bytes, DAY - YEAR_MS)).not.toThrow()
    }
  )

  test('keeps no other symbol of its partition from being committed', () => {
    const topology = aggregate({ intervals: ['1s'], gapHoldMs: 60_000, revisionHorizonMs: 600_000 })
    const restored = nothingRestored<never>()
    const fold = new TaskState(topology, 0, restored, [], fakeClock(DAY), () => undefined)
    const far = { ...trade(1, DAY + 30 * YEAR_MS), symbol: 'FAR/USDT' }
    const ticks = [trade(1, DAY), far, { ...far, id: '2', time: epochMs(far.time + 2_000) }, trade(2, DAY + 2_000)]
    const messages = ticks.map((tick, offset) => ({
      key: null,
      timestamp: String(DAY),
      offset: String(offset),
      value: bytesOf(tick)
    }))
    fold.fold(0, messages, String(messages.length), null)
    const records = fold.drainCommit()!.records
    expect(Math.max(...records.map(({ time }) => time ?? 0))).toBeLessThanOrEqual(DAY + 2_000)
    expect(records.filter(({ topic }) => topic === 'dead_letters')).toHaveLength(2)
    expect(records.filter(({ topic, key }) => topic === 'ohlcv_1s' && key === 'binance:BTC/USDT')).not.toEqual([])
  })
})

describe('a name that no instrument can have', () => {
  const NAMES = [
    'A"B/USDT',
    'A\\B/USDT',
    'A\u0000B/USDT',
    '\ud800/USDT',
    'A B/C',
    'BTCUSDT',
    `${'L'.repeat(300)}/USDT`,
    '',
    7
  ]
  const named = [...files.values()].filter(({ example }) => 'symbol' in example.value)
  const codecs = new Map<string, (bytes: Buffer) => unknown>(
    Object.values(topics)
      .filter(topic => typeof topic === 'object' && 'codec' in topic)
      .map(({ name, codec }) => [name, codec.decode])
  )
  for (const interval of INTERVALS) codecs.set(topics.candles[interval].name, topics.candles[interval].codec.decode)

  test.each(named.map(({ name }) => name))('is refused in %s', name => {
    const decode = codecs.get(name)!
    expect(() => decode(bytesOf(exampleOf(name)))).not.toThrow()
    for (const symbol of NAMES) expect(() => decode(bytesOf({ ...exampleOf(name), symbol }))).toThrow('symbol')
    const exchange = 'bin:ance'
    const venues = [{ ...(exampleOf(name).venues as readonly object[] | undefined)?.[0], exchange }]
    expect(() => decode(bytesOf({ ...exampleOf(name), exchange, venues }))).toThrow('exchange')
  })

  test.each([topics.pairs.name, topics.pairLegs.name])('is refused as a leg in %s', name => {
    expect(() => codecs.get(name)!(bytesOf({ ...exampleOf(name), a: 'binance:A"B/USDT' }))).toThrow('a:')
  })
})

describe('a window that is none', () => {
  const windows = [
    ...INTERVALS.map(interval => topics.candles[interval]),
    topics.exchangeKlines,
    topics.indicators,
    topics.pairs,
    topics.pairLegs,
    topics.compositeLegs,
    topics.composites,
    topics.verifications
  ]

  test.each(windows)('is refused in $name', ({ name, codec }) => {
    const example = exampleOf(name)
    const openTime = Number(example.openTime) + 1
    expect(() => codec.decode(bytesOf({ ...example, openTime }))).toThrow('openTime')
    if ('closeTime' in example)
      expect(() => codec.decode(bytesOf({ ...example, closeTime: Number(example.closeTime) + 1_000 }))).toThrow(
        'closeTime'
      )
  })
})

describe('a trade', () => {
  test.each(['0x10', '1e3', ' 5', '-0', '12345678901234567'])('whose id is %p is a dead letter', id => {
    const topology = aggregate({ intervals: ['1s'], gapHoldMs: 60_000, revisionHorizonMs: 600_000 })
    const { reject } = topology.processor.step(topology.processor.init('k'), { ...trade(1, DAY), id })
    expect(reject).toMatchObject({ reason: 'bad-id' })
  })

  test.each([
    ['price', '1'.repeat(401)],
    ['price', `1${'0'.repeat(309)}`],
    ['quantity', `0.${'0'.repeat(398)}1`]
  ])('whose %s no number holds, or has too many digits, is refused', (field, text) => {
    expect(() => topics.rawTicks.codec.decode(bytesOf({ ...trade(1, DAY), [field]: text }))).toThrow(field)
  })
})

test.each([
  ['1', '9007199254740990', 9_007_199_254_740_990],
  ['1', '2000000000', 2_000_000_000],
  ['5', '4', 0],
  ['5', '9', 4]
])('a hole from %s to %s of %d trades is none', (fromId, toId, count) => {
  expect(() => topics.gaps.codec.decode(bytesOf({ ...exampleOf('gaps'), fromId, toId, count }))).toThrow('no gap')
})

test('one record that cannot be used hides no other from the board of `up`', () => {
  const board = createBoard(['sim:BTC/USDT'], ['1m'])
  const example = exampleOf('ohlcv_1m')
  const candle = { ...example, exchange: 'sim', symbol: 'BTC/USDT' }
  const see = (topic: string, value: Buffer, timestamp: number): void =>
    showRecord(board, incoming(topic, value, timestamp), 'gaps', epochMs(Number(example.closeTime)))
  see('gaps', Buffer.from('junk'), DAY)
  see(
    'ohlcv_1m',
    bytesOf({
      ...candle,
      openTime: Number(example.openTime) + 30 * 525_600 * MINUTE_MS,
      closeTime: Number(example.closeTime) + 30 * 525_600 * MINUTE_MS
    }),
    Number(example.openTime)
  )
  see('ohlcv_1m', bytesOf(candle), Number(example.openTime))
  expect(board.rows(Number(example.closeTime))[0]).toMatchObject({ lagMs: 0, candle: { openTime: example.openTime } })
})
