import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { createPublisher } from '../../src/kafka/produce/publisher.ts'
import { deadLetterOnce } from '../../src/kafka/read/table/dead-letter-once.ts'
import { readPreviousRun } from '../../src/kafka/read/table/previous-run.ts'
import { readTable } from '../../src/kafka/read/table/read-table.ts'
import { readValues } from '../../src/kafka/read/table/read-values.ts'
import { epochMs } from '../../src/market/time.ts'
import { systemClock as clock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { metrics } from '../../src/runtime/observe/metrics.ts'
import { deadLetters, gaps, ingestKlinesState, ingestState, rawTicks } from '../../src/topics.ts'
import { DAY, heartbeat, trade } from '../support/market.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const BTC = { exchange: 'binance', symbol: 'BTC/USDT' }
const ETH = { exchange: 'binance', symbol: 'ETH/USDT' }
const KEY = 'binance:BTC/USDT'

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
  for (const { name } of [gaps, ingestState, ingestKlinesState]) await createTopic(cluster, name, 1)
  await createTopic(cluster, rawTicks.name, 4)
  await createTopic(cluster, deadLetters.name, 1)
})

afterAll(() => cluster.sweep())

const gap = (fromId: string, toId: string, status: 'open' | 'filled') => ({
  ...BTC,
  fromId,
  toId,
  count: 10,
  detectedAt: epochMs(DAY),
  status,
  cause: 'skipped' as const,
  closedAt: status === 'open' ? null : epochMs(DAY + 1)
})

const open = JSON.stringify(gap('10', '19', 'open'))

/** One of each kind that is none, and what is said of it. */
const UNUSABLE: readonly (readonly [what: string, message: Parameters<typeof produce>[2][number], says: RegExp])[] = [
  ['no JSON', { key: `${KEY}#10`, value: '{"exchange"' }, /^not JSON/],
  ['no UTF-8', { key: `${KEY}#10`, value: Buffer.from(open.replace('USDT', 'USD\u00ff'), 'latin1') }, /utf-8/],
  ['bytes of something else', { key: `${KEY}#10`, value: Buffer.from([0, 0, 0, 0, 7, 2, 0x90]) }, /^not JSON/],
  ['empty', { key: `${KEY}#10`, value: '' }, /^not JSON/],
  ['a list', { key: `${KEY}#10`, value: '[]' }, /^record: \[\] is not an object/],
  ['another status', { key: `${KEY}#10`, value: open.replace('open', 'lost') }, /^status: "lost"/],
  ['an id that is no number', { key: `${KEY}#10`, value: open.replace('"10"', '"ten"') }, /^fromId: "ten"/],
  ['without a key', { value: open }, /^it has no key/],
  ['under a key that is not its own', { key: `${KEY}#11`, value: open }, /^key: "binance:BTC\/USDT#11" is not that/]
]

/** What a process of ingest reads at its start. */
const startUp = async () => {
  const { kafka, prefix } = cluster
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const world = { kafka, prefix, stage: 'ingest', log, clock }
  const publisher = createPublisher({ ...world, health: createHealth(), random: Math.random })
  const { signal } = new AbortController()
  const unusable = deadLetterOnce({ ...world, publisher, signal })
  const left = await readPreviousRun({ kafka, prefix, instruments: [BTC, ETH], unusable, log, signal })
  await publisher.close()
  return { left, lines }
}

describe('a table with records that nobody can use', () => {
  test.each(UNUSABLE)('is read past one that is %s, which is named', async (_, message, says) => {
    const name = `table-${clock.monotonicMs()}`
    await createTopic(cluster, name, 1)
    const good = { key: `${KEY}#30`, value: JSON.stringify(gap('30', '39', 'open')) }
    await produce(cluster, name, [{ key: `${KEY}#10`, value: open }, message, good])
    const told: string[] = []
    const table = { ...gaps, name }
    const read = await readTable(cluster.kafka, cluster.prefix, table, undefined, ({ record, error }) => {
      told.push(`${record.topic} ${record.partition} ${record.offset}`)
      expect(error.message).toMatch(says)
    })
    expect(told).toEqual([`${name} 0 1`])
    expect(read).toEqual([gap('10', '19', 'open'), gap('30', '39', 'open')])
    await expect(readValues(cluster.kafka, cluster.prefix, table)).rejects.toThrow(`${name}, partition 0, offset 1`)
  })

  test('lets ingest start; each is named, counted and one dead letter, however often it starts', async () => {
    const position = { ...BTC, lastId: '120', time: epochMs(DAY) }
    await produce(
      cluster,
      gaps.name,
      UNUSABLE.map(([, message]) => message)
    )
    await produce(cluster, gaps.name, [{ key: `${KEY}#30`, value: JSON.stringify(gap('30', '39', 'open')) }])
    await produce(cluster, ingestState.name, [
      { key: KEY, value: ingestState.codec.encode(position) },
      { key: KEY, value: ingestState.codec.encode(position).replace('120', 'x') }
    ])
    const counted = async () => (await metrics.deadLetters.get()).values.reduce((sum, { value }) => sum + value, 0)
    const before = await counted()
    const first = await startUp()
    expect(await counted()).toBe(before + UNUSABLE.length + 1)
    const again = await startUp()
    for (const { left, lines } of [first, again]) {
      expect(left.openGaps).toEqual([gap('30', '39', 'open')])
      expect(left.positions).toEqual([position])
      const errors = lines.filter(({ level }) => Number(level) >= 50)
      expect(errors).toHaveLength(UNUSABLE.length + 2)
      expect(errors).toContainEqual(expect.objectContaining({ topic: 'gaps', partition: 0, offset: '2' }))
    }
    const letters = await readValues(cluster.kafka, cluster.prefix, deadLetters)
    expect(letters).toHaveLength(UNUSABLE.length + 1)
    expect(letters.filter(({ stage, reason }) => stage !== 'ingest' || reason !== 'undecodable')).toEqual([])
    const bytes = letters.map(({ payload }) => Buffer.from(payload, 'base64').toString('latin1')).sort()
    const sent = UNUSABLE.map(([, { value }]) => Buffer.from(value ?? '').toString('latin1'))
    expect(bytes).toEqual([...sent, ingestState.codec.encode(position).replace('120', 'x')].sort())
  })

  test('takes the place of a feed whose position is unreadable from its last heartbeat in raw_ticks', async () => {
    const eth = (tick: ReturnType<typeof trade> | ReturnType<typeof heartbeat>) => ({ ...tick, symbol: 'ETH/USDT' })
    const ticks = [eth(trade(7, DAY)), eth(heartbeat(7, DAY + 1_000)), trade(900, DAY), heartbeat(900, DAY + 2_000)]
    const later = Array.from({ length: 30 }, (_, n) => eth(trade(8 + n, DAY + 1_500)))
    await produce(
      cluster,
      rawTicks.name,
      [...ticks, ...later].map(tick => ({ key: rawTicks.key(tick), value: rawTicks.codec.encode(tick) }))
    )
    const { left, lines } = await startUp()
    expect(left.positions).toContainEqual({ ...ETH, lastId: '7', time: DAY + 1_000 })
    expect(lines).toContainEqual(expect.objectContaining({ level: 40, symbol: 'ETH/USDT', lastId: '7' }))
  })
})
