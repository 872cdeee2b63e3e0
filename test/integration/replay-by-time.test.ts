import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { runProgram } from '../support/program.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

/** Years before the transactions that hold the records are committed. */
const START = Date.parse('2024-08-09T00:00:00Z')
const MINUTE = 60_000

/** Minutes by transaction: revisions come hours behind their time, and the newest record does not stand last. */
const TRANSACTIONS = [[0, 1, 2, 3], [4, 1, 5, 90], [2, 6, 0], [7]]

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
  await createTopic(cluster, 'revised', 2)
  for (const minutes of TRANSACTIONS)
    await produce(
      cluster,
      'revised',
      [0, 1].flatMap(partition =>
        minutes.map(minute => ({ value: `${minute}`, partition, timestamp: String(START + minute * MINUTE) }))
      )
    )
})

afterAll(() => cluster.sweep())

const at = (minute: number): string => new Date(START + minute * MINUTE).toISOString()

const replay = (...args: readonly string[]) =>
  runProgram(['replay', '--topic', 'revised', ...args], {
    KAFKA_BROKERS: cluster.brokers,
    TOPIC_PREFIX: cluster.prefix
  })

/** The minutes that are replayed, by partition, in their order. */
const minutesOf = async (...args: readonly string[]): Promise<readonly (readonly number[])[]> => {
  const { stdout } = await replay(...args, '--to-stdout')
  const lines = stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
  return [0, 1].map(of => lines.filter(({ partition }) => partition === of).map(({ value }) => value))
}

const both = (minutes: readonly number[]): readonly (readonly number[])[] => [minutes, minutes]

describe('a replay by time, of transactions that were committed long after the times of their records', () => {
  test('has every record from one time up to before another, however late it stands', async () => {
    expect(await minutesOf('--from-time', at(1), '--to-time', at(4))).toEqual(both([1, 2, 3, 1, 2]))
    expect(await minutesOf('--from-time', at(5), '--to-time', at(7))).toEqual(both([5, 6]))
  })

  test('has nothing older than its beginning, though the end is open', async () => {
    expect(await minutesOf('--from-time', at(4))).toEqual(both([4, 5, 90, 6, 7]))
  })

  test('has nothing newer than its end, though it begins at an offset', async () => {
    expect(await minutesOf('--from-offset', '0', '--to-time', at(2))).toEqual(both([0, 1, 1, 0]))
  })

  test('has nothing of times that the topic does not hold, and ends', async () => {
    expect(await minutesOf('--from-time', at(8), '--to-time', at(90))).toEqual(both([]))
    expect(await minutesOf('--from-time', at(91))).toEqual(both([]))
  })

  test('puts a group where no record from then on stands before it', async () => {
    // The first mark, at offset 4, bears the time of its commit: the broker cannot tell it from a record.
    const { stdout } = await replay('--from-time', at(6), '--to-group', 'sink-influx')
    expect(stdout).toBe([0, 1].map(partition => `revised partition ${partition}: none -> 4\n`).join(''))
  })
})
