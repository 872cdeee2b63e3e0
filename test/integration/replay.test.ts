import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import type { Incoming } from '../../src/stream/topic.ts'
import { runProgram } from '../support/program.ts'
import { testDatabase } from '../support/servers.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const PARTITIONS = 3
const RECORDS = 3_000
const START = Date.now() - 60_000

let cluster: TestKafka
let env: Record<string, string>

/** Recorded over six seconds, one partition after the other. */
const messages = Array.from({ length: RECORDS }, (_, n) => ({
  key: `key-${n % 7}`,
  value: n % 10 === 0 ? `text ${n}` : JSON.stringify({ n }),
  partition: n % PARTITIONS,
  timestamp: String(START + n * 2),
  headers: { n: String(n) }
}))

beforeAll(async () => {
  cluster = await testKafka()
  env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix }
  await createTopic(cluster, 'recorded', PARTITIONS)
  await produce(cluster, 'recorded', messages)
})

afterAll(() => cluster.sweep())

const replay = (...args: readonly string[]) => runProgram(['replay', '--topic', 'recorded', ...args], env)

const recordsOf = async (topic: string): Promise<readonly Incoming[]> => {
  const records: Incoming[] = []
  await readTopic(cluster.kafka, cluster.prefix + topic, batch => void records.push(...batch))
  return records
}

/** All that a copy must keep, by partition and in order. */
const essence = (records: readonly Incoming[], withPartition = true) =>
  records
    .map(({ partition, key, value, timestamp, headers }) => ({
      ...(withPartition ? { partition } : {}),
      key: String(key),
      value: String(value),
      timestamp,
      n: Number(String(headers.n))
    }))
    .sort((a, b) => a.n - b.n)

const inOrder = (records: readonly Incoming[]): boolean => {
  const last = new Map<string, number>()
  return records.every(record => {
    const place = `${record.partition} ${record.key}`
    const n = Number(String(record.headers.n))
    const before = last.get(place) ?? -1
    last.set(place, n)
    return n > before
  })
}

describe('replay as a command', () => {
  test('to stdout: one JSON a line, from an offset, to the end as it is', async () => {
    const { code, stdout } = await replay('--partition', '1', '--from-offset', '990', '--to-stdout')
    expect(code).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(line => line.offset)).toEqual(Array.from({ length: 10 }, (_, at) => 990 + at))
    expect(lines[0]).toEqual({
      topic: 'recorded',
      partition: 1,
      offset: 990,
      timestamp: START + 2971 * 2,
      key: 'key-3',
      value: { n: 2971 }
    })
  })

  test('by time: from the first record at a time up to another', async () => {
    const at = (ms: number) => new Date(START + ms).toISOString()
    const { stdout } = await replay('--from-time', at(1_000), '--to-time', at(1_012), '--to-stdout')
    const times = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).timestamp - START)
    expect(times.sort((a, b) => a - b)).toEqual([1_000, 1_002, 1_004, 1_006, 1_008, 1_010])
  })

  test('into a topic with as many partitions: the same records in the same places', async () => {
    await createTopic(cluster, 'copy', PARTITIONS)
    const { code, stderr } = await replay('--from-offset', '0', '--speed', 'max', '--to-topic', 'copy')
    expect(code).toBe(0)
    expect(JSON.parse(stderr)).toMatchObject({ replayed: RECORDS, whole: true })
    const copied = await recordsOf('copy')
    expect(essence(copied)).toEqual(essence(await recordsOf('recorded')))
    expect(inOrder(copied)).toBe(true)
  })

  test('into a topic with other partitions: by key', async () => {
    await createTopic(cluster, 'wide', 5)
    const { code } = await replay('--from-offset', '0', '--speed', 'max', '--to-topic', 'wide')
    expect(code).toBe(0)
    const copied = await recordsOf('wide')
    expect(essence(copied, false)).toEqual(essence(await recordsOf('recorded'), false))
    const places = new Set(copied.map(({ partition, key }) => `${key} ${partition}`))
    expect(places.size).toBe(7)
  })

  test('at a pace it takes as long as it was recorded, over the speed', async () => {
    await createTopic(cluster, 'paced', PARTITIONS)
    const { code, stderr } = await replay('--from-offset', '0', '--speed', '6', '--to-topic', 'paced')
    expect(code).toBe(0)
    expect(JSON.parse(stderr).seconds).toBeGreaterThanOrEqual((RECORDS * 2) / 6 / 1_000 - 0.01)
    const paced = await recordsOf('paced')
    expect(essence(paced)).toEqual(essence(await recordsOf('recorded')))
    expect(inOrder(paced)).toBe(true)
  })

  test('a topic that would delete the records at once is refused; with its retention lifted it is not', async () => {
    await createTopic(cluster, 'short', PARTITIONS, { 'retention.ms': '30000' })
    const args = ['--from-offset', '0', '--speed', 'max', '--to-topic', 'short']
    const refused = await replay(...args)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('retention.ms=30000')
    expect(refused.stderr).toContain('--lift-retention')
    expect((await replay(...args, '--lift-retention')).code).toBe(0)
    expect(await recordsOf('short')).toHaveLength(RECORDS)
  })

  test('an offset that is not there is refused with what is', async () => {
    const { code, stderr } = await replay('--partition', '0', '--from-offset', '1000000', '--to-stdout')
    expect(code).toBe(1)
    expect(stderr).toContain('recorded partition 0 holds offsets 0..1000')
  })

  test('wrong usage ends with 2, a topic that is missing with 1 and what to do', async () => {
    expect((await replay('--from-offset', '0', '--to-topic', 'recorded')).code).toBe(2)
    const missing = await runProgram(['replay', '--topic', 'none', '--from-offset', '0', '--to-stdout'], env)
    expect(missing.code).toBe(1)
    expect(missing.stderr).toContain('tickstream topics apply')
  })

  test('a stage whose position lives with its state is not moved, and the way beside it is told', async () => {
    const { code, stderr } = await replay('--from-offset', '0', '--to-group', 'aggregate')
    expect(code).toBe(1)
    expect(stderr).toContain(`TOPIC_PREFIX=${cluster.prefix}again- tickstream topics apply`)
  })

  test('a group is moved while it is stopped, and refused while it runs', async () => {
    const args = ['--from-offset', '10', '--to-group', 'sink-influx'] as const
    const { code, stdout } = await replay(...args)
    expect(code).toBe(0)
    expect(stdout).toBe([0, 1, 2].map(n => `recorded partition ${n}: none -> 10\n`).join(''))
    const consumer = cluster.kafka.consumer({ groupId: `${cluster.prefix}sink-influx` })
    await consumer.connect()
    await consumer.subscribe({ topic: `${cluster.prefix}recorded` })
    const joined = new Promise(resolve => consumer.on(consumer.events.GROUP_JOIN, resolve))
    await consumer.run({ eachBatch: async () => undefined })
    await joined
    const refused = await replay(...args)
    await consumer.disconnect()
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('stop the stage first')
  })

  test('the database sink is moved where its positions count: in the database', async () => {
    const database = await testDatabase()
    await createTopic(cluster, 'gaps', 1)
    await produce(cluster, 'gaps', [{ value: 'a' }, { value: 'b' }])
    const given = { ...env, POSTGRES_URL: database.url }
    const args = ['replay', '--topic', 'gaps', '--from-offset', '1', '--to-group', 'sink-postgres']
    expect((await runProgram(['migrate'], given)).code).toBe(0)
    expect((await runProgram(args, given)).stdout).toBe('gaps partition 0: none -> 1\n')
    expect((await runProgram(args, given)).stdout).toBe('gaps partition 0: 1 -> 1\n')
    expect((await runProgram(args, { ...given, POSTGRES_URL: '' })).code).toBe(2)
    await database.drop()
  })
})
