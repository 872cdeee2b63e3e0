import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { applyTopics } from '../../src/kafka/admin/apply-topics.ts'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { createKafka } from '../../src/kafka/client/client.ts'
import { createPublisher } from '../../src/kafka/produce/publisher.ts'
import { readValues } from '../../src/kafka/read/table/read-values.ts'
import { runSinkTask } from '../../src/kafka/sink/sink-task.ts'
import { TaskManager } from '../../src/kafka/task/task-manager.ts'
import { systemClock as clock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { outgoing } from '../../src/stream/topic.ts'
import { candles, deadLetters, rawTicks } from '../../src/topics.ts'
import { eventually } from '../support/eventually.ts'
import { DAY, heartbeat, trade } from '../support/market.ts'
import { memorySink } from '../support/memory-sink.ts'
import { HAS_JAVA, type OwnKafka, startOwnKafka } from '../support/own-kafka.ts'
import { silent as log } from '../support/silent.ts'

const topology = aggregate({ intervals: ['1s'], gapHoldMs: 5_000, revisionHorizonMs: 60_000 })
const folder = mkdtempSync(join(tmpdir(), 'tickstream-damaged-'))

let broker: OwnKafka
let kafka: ReturnType<typeof createKafka>

beforeAll(async () => {
  if (!HAS_JAVA) return
  broker = await startOwnKafka(folder)
  kafka = createKafka({ brokers: [broker.brokers], ssl: false, sasl: null, compression: 'zstd' }, 'test', log)
  const files = readTopicFiles().map(({ config, ...file }) => ({
    ...file,
    partitions: 1,
    config: { ...config, 'compression.type': 'lz4', ...('retention.ms' in config ? { 'retention.ms': '-1' } : {}) }
  }))
  await applyTopics(kafka, '', files, false)
}, 120_000)

afterAll(() => broker?.remove())

const world = () => ({ kafka, prefix: '', clock, log, health: createHealth() })

/** Trades of some ids, 100 ms apart, as one batch: one answer of the broker is waited for. */
const send = async (from: number, to: number): Promise<void> => {
  const publisher = createPublisher({ ...world(), stage: 'test', random: Math.random })
  const ticks = Array.from({ length: to - from }, (_, n) => trade(from + n, DAY + (from + n) * 100))
  await publisher.send([...ticks, heartbeat(to - 1, DAY + to * 100)].map(tick => outgoing(rawTicks, tick)))
  await publisher.close()
}

/** Changes a byte at the end of one of a topic's batches, where the broker keeps them. */
const damage = (topic: string, batch: number): void => {
  const path = join(folder, 'kafka', 'data', `${topic}-0`, '00000000000000000000.log')
  const bytes = readFileSync(path)
  let at = 0
  for (let n = 0; n < batch; n++) at += 12 + bytes.readInt32BE(at + 8)
  const last = at + 12 + bytes.readInt32BE(at + 8) - 1
  bytes[last]! ^= 0x55
  writeFileSync(path, bytes)
}

/** Runs the aggregator until it has committed so many input records, or ends by itself. */
const fold = async (upTo: number): Promise<void> => {
  const done = new AbortController()
  const onCommit = (_: number, { raw_ticks: next = '0' }: Readonly<Record<string, string>>): void => {
    if (Number(next) >= upTo) done.abort()
  }
  await new TaskManager({ topology, ...world(), commitEveryMs: 20, signal: done.signal, onCommit }).start()
}

;(HAS_JAVA ? describe : describe.skip)('a batch that is damaged on the disk of the broker', () => {
  test('is one dead letter with its bytes and offsets for a topology and for a sink, which go on behind it', async () => {
    await send(1, 40)
    await send(40, 60)
    await send(60, 200)
    damage(rawTicks.name, 1)
    await fold(202)
    const letters = await readValues(kafka, '', deadLetters)
    expect(letters).toMatchObject([
      {
        stage: 'aggregate',
        reason: 'undecodable',
        detail: 'the batch of offsets 40 to 60 cannot be read: its checksum is wrong',
        origin: { topic: rawTicks.name, partition: 0, offset: '60' }
      }
    ])
    expect(Buffer.from(letters[0]!.payload, 'base64').readBigInt64BE()).toBe(40n)
    const finals = (await readValues(kafka, '', candles['1s'])).filter(({ final }) => final)
    const gaps = finals.filter(({ status }) => status === 'gap').map(({ openTime }) => openTime - DAY)
    expect(gaps).toEqual(expect.arrayContaining([4_000, 5_000]))
    expect(finals.filter(({ status }) => status === 'empty')).toEqual([])
    expect(finals.at(-1)).toMatchObject({ status: 'traded', tradeCount: 10 })

    const [ended, sink] = [new AbortController(), memorySink({ topics: [rawTicks.name] })]
    const sent: string[] = []
    const publisher = {
      send: async (records: readonly { readonly value: string | null }[]) =>
        void sent.push(...records.map(({ value }) => String(value))),
      close: async () => undefined
    }
    const running = runSinkTask({ sink, ...world(), publisher, signal: ended.signal })
    await eventually(
      () => sink.stored.get('raw_ticks/0') === 202n,
      () => [...sink.stored].map(String)
    )
    ended.abort()
    await running
    expect(sink.values).toHaveLength(202 - 21)
    expect(sent.map(text => deadLetters.codec.decode(Buffer.from(text)).origin)).toEqual([
      { topic: rawTicks.name, partition: 0, offset: '60' }
    ])
  }, 120_000)

  test('stops a stage whose state it holds, with its place and what to do', async () => {
    damage('aggregate_state', 0)
    await expect(fold(10_000)).rejects.toThrow(
      /^the state at aggregate_state, partition 0, offset \d+ cannot be used \(the batch of offsets .* checksum is wrong\); put the topic back .*TOPIC_PREFIX/
    )
  }, 120_000)
})
