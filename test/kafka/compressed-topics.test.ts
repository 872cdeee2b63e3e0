import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { applyTopics } from '../../src/kafka/admin/apply-topics.ts'
import { offsetsOf } from '../../src/kafka/admin/log/resume-offsets.ts'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { createPublisher } from '../../src/kafka/produce/publisher.ts'
import { runLiveReader } from '../../src/kafka/read/live-reader.ts'
import { pullRanges } from '../../src/kafka/read/range-reader.ts'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import { readTable } from '../../src/kafka/read/table/read-table.ts'
import { readValues } from '../../src/kafka/read/table/read-values.ts'
import { tail } from '../../src/kafka/read/tail.ts'
import { runSinkTask } from '../../src/kafka/sink/sink-task.ts'
import { readChangelogParts } from '../../src/kafka/task/commit/read-changelog-parts.ts'
import type { Offsets } from '../../src/kafka/task/commit/state-changelog.ts'
import { TaskManager } from '../../src/kafka/task/task-manager.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { systemClock as clock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createPulse } from '../../src/runtime/observe/pulse.ts'
import { outgoing } from '../../src/stream/topic.ts'
import { candles, ingestState, rawTicks } from '../../src/topics.ts'
import { drive } from '../support/drive.ts'
import { eventually } from '../support/eventually.ts'
import { DAY, trade } from '../support/market.ts'
import { memorySink } from '../support/memory-sink.ts'
import { silent as log } from '../support/silent.ts'
import { type TestKafka, testKafka } from '../support/test-kafka.ts'

const topology = aggregate({ intervals: ['1s', '5s'], gapHoldMs: 10_000, revisionHorizonMs: 60_000 })
const CANDLES = candles['1s'].name
const KEY = 'binance:BTC/USDT'

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
})

afterEach(() => cluster.sweep())

const ticks: readonly Tick[] = Array.from({ length: 400 }, (_, n) => trade(n + 1, DAY + n * 400))
const finals = (values: readonly string[]): readonly string[] => values.filter(value => value.includes('"final":true'))
const expected = finals(
  drive(topology, ticks)
    .outputs.filter(({ topic }) => topic === CANDLES)
    .map(({ value }) => String(value))
)

const publish = async (records: readonly ReturnType<typeof outgoing>[]): Promise<void> => {
  const { kafka, prefix } = cluster
  const publisher = createPublisher({
    kafka,
    prefix,
    stage: 'test',
    log,
    health: createHealth(),
    clock,
    random: Math.random
  })
  await publisher.send(records)
  await publisher.close()
}

/** Runs the topology until what stands in raw_ticks now is committed. */
const catchUp = async (): Promise<void> => {
  const { kafka, prefix } = cluster
  const held = await offsetsOf(kafka, prefix + rawTicks.name)
  const due = new Map(held.filter(at => at.high > at.low).map(at => [at.partition, at.high]))
  const done = new AbortController()
  const onCommit = (partition: number, { raw_ticks: next = '0' }: Offsets): void => {
    if (BigInt(next) >= (due.get(partition) ?? 0n)) due.delete(partition)
    if (due.size === 0) done.abort()
  }
  const run = { topology, kafka, prefix, commitEveryMs: 20, clock, log, health: createHealth(), signal: done.signal }
  await new TaskManager({ ...run, onCommit }).start()
}

/** What a gateway hears. */
const followed = async (count: number): Promise<readonly string[]> => {
  const { kafka, prefix } = cluster
  const [ended, heard] = [new AbortController(), [] as string[]]
  const following = runLiveReader({
    kafka,
    prefix,
    groupId: `${prefix}serve-test`,
    topics: [{ topic: CANDLES, back: 'all' }],
    stored: new Map(),
    onTopics: () => undefined,
    onRecord: ({ value }) => void heard.push(String(value)),
    onLeft: () => undefined,
    pulse: createPulse(clock),
    clock,
    random: Math.random,
    health: createHealth(),
    log,
    signal: ended.signal
  })
  await eventually(
    () => heard.length >= count,
    () => heard.length
  )
  ended.abort()
  await following
  return heard
}

/** What a sink stores. */
const stored = async (count: number): Promise<readonly string[]> => {
  const { kafka, prefix } = cluster
  const [ended, sink] = [new AbortController(), memorySink({ topics: [CANDLES] })]
  const publisher = { send: async () => undefined, close: async () => undefined }
  const running = runSinkTask({
    sink,
    kafka,
    prefix,
    publisher,
    clock,
    log,
    health: createHealth(),
    signal: ended.signal
  })
  await eventually(
    () => sink.values.length >= count,
    () => sink.values.length
  )
  ended.abort()
  await running
  return sink.values
}

/** What somebody who watches sees. */
const watched = async (count: number): Promise<readonly string[]> => {
  const seen: string[] = []
  const watchedTopics = { whole: [cluster.prefix + CANDLES], fresh: [] }
  const stop = await tail(cluster.kafka, watchedTopics, ({ value }) => void seen.push(String(value)))
  await eventually(
    () => seen.length >= count,
    () => seen.length
  )
  await stop()
  return seen
}

/** What a replay reads. */
const replayed = async (): Promise<readonly string[]> => {
  const { kafka, prefix } = cluster
  const topic = prefix + CANDLES
  const ranges = (await offsetsOf(kafka, topic)).map(({ partition, low, high }) => ({
    topic,
    partition,
    from: low,
    to: high
  }))
  const source = await pullRanges(kafka, topic, ranges, new AbortController().signal)
  const found: string[] = []
  for (let records = await source.next(); records; records = await source.next())
    found.push(...records.map(({ value }) => String(value)))
  await source.close()
  return found
}

describe.each(['gzip', 'snappy', 'lz4', 'zstd'])('where the broker compresses all that we write by %s', codec => {
  test('a topology folds it and restores its state, and every reader reads it', async () => {
    const { kafka, prefix } = cluster
    const files = readTopicFiles().map(({ config, ...file }) => ({
      ...file,
      config: { ...config, 'compression.type': codec, ...('retention.ms' in config ? { 'retention.ms': '-1' } : {}) }
    }))
    await applyTopics(kafka, prefix, files, false)
    const position = { exchange: 'binance', symbol: 'BTC/USDT', lastId: '400', time: epochMs(DAY) }
    await publish([...ticks.slice(0, 150).map(tick => outgoing(rawTicks, tick)), outgoing(ingestState, position)])
    await catchUp()
    await publish(ticks.slice(150).map(tick => outgoing(rawTicks, tick)))
    await catchUp()

    const all: string[] = []
    await readTopic(kafka, prefix + CANDLES, records => void all.push(...records.map(({ value }) => String(value))))
    expect(finals(all)).toEqual(expected)
    expect(await followed(all.length)).toEqual(all)
    expect(await stored(all.length)).toEqual(all)
    expect(await watched(all.length)).toEqual(all)
    expect(await replayed()).toEqual(all)
    expect((await readValues(kafka, prefix, candles['1s'])).map(candles['1s'].codec.encode)).toEqual(all)
    expect(await readTable(kafka, prefix, ingestState)).toEqual([position])
    const { signal } = new AbortController()
    const parts = await readChangelogParts(kafka, `${prefix}aggregate_state`, KEY, name => name === 'head', signal)
    expect(parts.has('head')).toBe(true)
  })
})
