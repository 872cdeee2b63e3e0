import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Kafka } from 'kafkajs'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { applyTopics } from '../../src/kafka/admin/apply-topics.ts'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { createKafka } from '../../src/kafka/client/client.ts'
import { partitionOf } from '../../src/kafka/client/partitioner.ts'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import type { Offsets } from '../../src/kafka/task/commit/state-changelog.ts'
import { TaskManager } from '../../src/kafka/task/task-manager.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import type { Topic } from '../../src/stream/topic.ts'
import { exchangeKlines, rawTicks } from '../../src/topics.ts'
import { brief } from '../support/driven-candles.ts'
import { unprovenHeartbeat as beat, DAY, heartbeat, minuteKline, trade } from '../support/market.ts'
import { dropTopics, freshPrefix, testBrokers } from '../support/servers.ts'

const log = createLog('test', 'silent')
const PARTITION = partitionOf('binance:BTC/USDT', 4)
/** Another exchange, whose instrument stands in the same partition. */
const SYMBOL = ['A/B', 'C/D', 'E/F', 'G/H', 'I/J', 'K/L', 'M/N', 'O/P'].find(
  symbol => partitionOf(`bybit:${symbol}`, 4) === PARTITION
)!

const topology = aggregate({
  intervals: ['1m'],
  gapHoldMs: 10_000,
  revisionHorizonMs: 600_000,
  hasChain: exchange => exchange !== 'bybit'
})
/** As it was before it read the exchange's own candles. */
const before = { ...topology, from: topology.from.slice(0, 1) }

let brokers: string
let kafka: Kafka
let prefix: string

const send = async <T>(topic: Topic<T>, records: readonly T[]): Promise<void> => {
  const producer = kafka.producer()
  await producer.connect()
  const messages = records.map(of => ({
    key: topic.key(of),
    value: topic.codec.encode(of),
    timestamp: String(topic.time(of)),
    partition: PARTITION
  }))
  await producer.send({ topic: prefix + topic.name, messages })
  await producer.disconnect()
}

/** Runs until these offsets are committed. */
const runTo = async (run: typeof topology, wanted: Offsets): Promise<void> => {
  const done = new AbortController()
  await new TaskManager({
    topology: run,
    kafka,
    prefix,
    commitEveryMs: 20,
    clock: systemClock,
    log,
    health: createHealth(),
    signal: AbortSignal.any([done.signal, AbortSignal.timeout(20_000)]),
    onCommit: (partition, offsets) => {
      const isThere = Object.entries(wanted).every(([name, offset]) => Number(offsets[name] ?? -1) >= Number(offset))
      if (partition === PARTITION && isThere) done.abort()
    }
  }).start()
  expect(done.signal.aborted).toBe(true)
}

const finals = async (): Promise<readonly string[]> => {
  const found: Candle[] = []
  await readTopic(kafka, `${prefix}ohlcv_1m`, records => {
    for (const { value } of records) found.push(JSON.parse(String(value)) as Candle)
  })
  return found.filter(({ final }) => final).map(candle => `${candle.exchange} ${brief(candle)}`)
}

const other = { exchange: 'bybit', symbol: SYMBOL } as const
const ours = (n: number): Tick => trade(n, DAY + n * 60_000)
const theirs = (n: number): Tick => trade(n, DAY + n * 60_000, other)
const vouch = (n: number): Tick => ({ ...beat(DAY + n * 60_000), ...other })
const kline = (n: number, of: object = {}) => {
  const { kind, ...record } = minuteKline(DAY + n * 60_000, { volume: '1', ...of })
  return record
}

beforeAll(async () => {
  brokers = await testBrokers()
  kafka = createKafka({ brokers: brokers.split(','), ssl: false, sasl: null, compression: 'zstd' }, 'test', log)
  prefix = freshPrefix()
  const keeping = readTopicFiles().map(file => ({
    ...file,
    config: { ...file.config, ...('retention.ms' in file.config ? { 'retention.ms': '-1' } : {}) }
  }))
  await applyTopics(kafka, prefix, keeping, false)
})

afterAll(() => dropTopics(brokers, prefix))

test('an installation goes on where it was when its release reads one more input, goes back, and forward again', async () => {
  await send(
    exchangeKlines,
    [0, 1, 2].map(n => kline(n))
  )
  await send(rawTicks, [ours(1), ours(2), ours(3)])
  await runTo(before, { raw_ticks: '3' })
  expect(await finals()).toEqual(['binance +60s r0 partial 1', 'binance +120s r0 traded 1'])

  await send(rawTicks, [ours(4), theirs(3), theirs(4), vouch(5)])
  await send(exchangeKlines, [kline(4, other)])
  await runTo(topology, { raw_ticks: '7', exchange_klines: '4' })
  const forward = [
    'binance +180s r0 traded 1',
    'bybit +180s r0 partial 1',
    'bybit +240s r0 unproven 1',
    'bybit +240s r1 matched 1'
  ]
  expect((await finals()).slice(2).sort()).toEqual(forward)

  await send(rawTicks, [ours(5)])
  await runTo(before, { raw_ticks: '8' })
  await send(rawTicks, [{ ...heartbeat(5, DAY + 360_000) }])
  await runTo(topology, { raw_ticks: '9', exchange_klines: '4' })
  expect((await finals()).slice(6)).toEqual(['binance +240s r0 traded 1', 'binance +300s r0 traded 1'])
})
