import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { applyTopics } from '../../src/kafka/admin/apply-topics.ts'
import { offsetsOf } from '../../src/kafka/admin/log/resume-offsets.ts'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { partitionOf } from '../../src/kafka/client/partitioner.ts'
import { readTable } from '../../src/kafka/read/table/read-table.ts'
import { readValues } from '../../src/kafka/read/table/read-values.ts'
import { TaskManager } from '../../src/kafka/task/task-manager.ts'
import { instrumentKey } from '../../src/market/instrument.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { systemClock as clock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { metrics } from '../../src/runtime/observe/metrics.ts'
import { candles, deadLetters, gaps, rawTicks } from '../../src/topics.ts'
import { drive } from '../support/drive.ts'
import { DAY, heartbeat, trade } from '../support/market.ts'
import { silent as log } from '../support/silent.ts'
import { produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const topology = aggregate({ intervals: ['1s'], gapHoldMs: 10_000, revisionHorizonMs: 60_000 })
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'BNB/USDT', 'SOL/USDT', 'XRP/USDT', 'DOGE/USDT']
const PARTITIONS = 4

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
  const files = readTopicFiles().map(({ config, ...file }) => ({
    ...file,
    config: { ...config, ...('retention.ms' in config ? { 'retention.ms': '-1' } : {}) }
  }))
  await applyTopics(cluster.kafka, cluster.prefix, files, false)
})

afterAll(() => cluster.sweep())

const ticksOf = (symbol: string, price: string): readonly Tick[] =>
  [...Array.from({ length: 30 }, (_, n) => trade(n + 1, DAY + n * 300, { price })), heartbeat(30, DAY + 12_000)].map(
    tick => ({ ...tick, symbol })
  )

const own = (tick: Tick): number => partitionOf(instrumentKey(tick), PARTITIONS)

const send = (ticks: readonly Tick[], placeOf: (tick: Tick) => number, keyOf = rawTicks.key): Promise<void> =>
  produce(
    cluster,
    rawTicks.name,
    ticks.map(tick => ({
      key: keyOf(tick),
      value: rawTicks.codec.encode(tick),
      partition: placeOf(tick),
      timestamp: String(tick.time)
    }))
  )

/** Up to where each partition was folded by the runs before. */
const folded = new Map<number, bigint>()

/** Runs two members of the group until all that stands in raw_ticks is committed. */
const catchUp = async (): Promise<void> => {
  const { kafka, prefix } = cluster
  const held = await offsetsOf(kafka, prefix + rawTicks.name)
  const due = new Map(held.filter(at => at.high > (folded.get(at.partition) ?? 0n)).map(at => [at.partition, at.high]))
  for (const { partition, high } of held) folded.set(partition, high)
  const done = new AbortController()
  const onCommit = (partition: number, { raw_ticks: next = '0' }: Readonly<Record<string, string>>): void => {
    if (BigInt(next) + 1n >= (due.get(partition) ?? 0n)) due.delete(partition)
    if (due.size === 0) done.abort()
  }
  const run = { topology, kafka, prefix, commitEveryMs: 20, clock, log, signal: done.signal, onCommit }
  await Promise.all([1, 2].map(() => new TaskManager({ ...run, health: createHealth() }).start()))
}

describe('records that another client put into other partitions', () => {
  test('make no second state of their symbol: each is a dead letter, and the candles are those of the records in their place', async () => {
    const right = SYMBOLS.flatMap(symbol => ticksOf(symbol, '100'))
    const wrong = SYMBOLS.flatMap(symbol => ticksOf(symbol, '999'))
    await send(right, own)
    await send(wrong, tick => (own(tick) + 1) % PARTITIONS)
    await send(ticksOf('ADA/USDT', '999'), tick => (own(tick) + 2) % PARTITIONS)
    const before =
      (await metrics.deadLetters.get()).values.find(({ labels }) => labels.reason === 'misplaced')?.value ?? 0
    await catchUp()
    const { kafka, prefix } = cluster
    const finals = (await readValues(kafka, prefix, candles['1s'])).filter(({ final }) => final)
    const expected = drive(topology, right)
      .outputs.filter(({ topic, value }) => topic === 'ohlcv_1s' && value?.includes('"final":true'))
      .map(({ value }) => String(value))
    expect(finals.map(candles['1s'].codec.encode).sort()).toEqual(expected.sort())
    const letters = await readValues(kafka, prefix, deadLetters)
    expect(letters).toHaveLength(wrong.length + 31)
    expect(new Set(letters.map(({ reason, stage }) => `${stage} ${reason}`))).toEqual(new Set(['aggregate misplaced']))
    expect(letters.find(({ detail }) => detail.includes('BTC'))!.detail).toBe(
      `binance:BTC/USDT does not belong into partition ${(own(wrong[0]!) + 1) % PARTITIONS}: let its writer use Kafka's default partitioner (murmur2 of the key)`
    )
    const sent = [...wrong, ...ticksOf('ADA/USDT', '999')].map(rawTicks.codec.encode)
    expect(letters.map(({ payload }) => String(Buffer.from(payload, 'base64'))).sort()).toEqual(sent.sort())
    const counted = (await metrics.deadLetters.get()).values.find(({ labels }) => labels.reason === 'misplaced')!.value
    expect(counted - before).toBe(letters.length)
  })

  test('are judged by what their value says, whatever key they bear', async () => {
    const { kafka, prefix } = cluster
    const count = async () => (await readValues(kafka, prefix, deadLetters)).length
    const before = await count()
    const ltc = ticksOf('LTC/USDT', '100')
    await send(ltc, own, () => '"binance:LTC/USDT"')
    const other = ticksOf('TRX/USDT', '100')
    await send(
      other,
      tick => (own(tick) + 1) % PARTITIONS,
      () => 'binance:LTC/USDT'
    )
    await catchUp()
    expect((await count()) - before).toBe(other.length)
    const seen = (await readValues(kafka, prefix, candles['1s'])).map(({ symbol }) => symbol)
    expect(seen).toContain('LTC/USDT')
    expect(seen).not.toContain('TRX/USDT')
  })

  test('count in a table only where the place of their key has nothing', async () => {
    const { kafka, prefix } = cluster
    const gap = (status: string) => ({
      ...{ exchange: 'binance', symbol: 'BTC/USDT', fromId: '10', toId: '19', count: 10, detectedAt: DAY, status },
      ...{ cause: 'skipped', closedAt: status === 'open' ? null : DAY }
    })
    const key = 'binance:BTC/USDT#10'
    const at = partitionOf(key, PARTITIONS)
    const others = [0, 1, 2, 3].filter(partition => partition !== at)
    const messages = [...others, at].map(partition => ({
      key,
      value: JSON.stringify(gap(partition === at ? 'open' : 'filled')),
      partition
    }))
    await produce(cluster, gaps.name, messages)
    const own = { ...gap('open'), fromId: '30', toId: '39' }
    const alone = partitionOf('binance:BTC/USDT#30', PARTITIONS)
    await produce(cluster, gaps.name, [
      { key: 'binance:BTC/USDT#30', value: JSON.stringify(own), partition: (alone + 1) % PARTITIONS }
    ])
    const told: number[] = []
    const read = await readTable(kafka, prefix, gaps, undefined, ({ record }) => void told.push(record.partition))
    expect(read).toEqual([gap('open'), own])
    expect(told).toHaveLength(1)
    expect(others).toContain(told[0])
  })
})
