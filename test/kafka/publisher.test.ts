import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import kafkajs, { type Kafka } from 'kafkajs'
import { createPublisher, type QueueingPublisher } from '../../src/kafka/produce/publisher.ts'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import type { DeadLetter } from '../../src/market/records/dead-letter.ts'
import { epochMs } from '../../src/market/time.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth, type Health } from '../../src/runtime/observe/health.ts'
import { type Incoming, type Outgoing, outgoing } from '../../src/stream/topic.ts'
import { deadLetters } from '../../src/topics.ts'
import { DAY } from '../support/market.ts'
import { freshPrefix, testBrokers } from '../support/servers.ts'
import { silent } from '../support/silent.ts'
import { createTopic } from '../support/test-kafka.ts'

const PARTITIONS = 4
const MIB = 1024 * 1024
/** Keys and their murmur2 from the tests of Kafka's Java client (UtilsTest.testMurmur2). */
const JAVA_MURMUR2 = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['abc', 479470107]
] as const
const prefix = freshPrefix()

/** A client whose way to the broker a test can cut. */
const createCuttable = (brokers: string) => {
  const sockets = new Set<Socket>()
  let isCut = false
  const kafka = new kafkajs.Kafka({
    brokers: [brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 20, retries: 2 },
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect(isCut ? { host: '127.0.0.1', port: 1 } : { host, port }, onConnect)
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      return socket
    }
  })
  const cut = (): void => {
    isCut = true
    for (const socket of sockets) socket.destroy(new Error('cut by the test'))
  }
  const mend = (): void => {
    isCut = false
  }
  return { kafka, cut, mend }
}

let kafka: Kafka
let way: ReturnType<typeof createCuttable>
let health: Health
let publisher: QueueingPublisher

const open = (): void => {
  health = createHealth()
  publisher = createPublisher({
    kafka: way.kafka,
    prefix,
    stage: 'ingest',
    log: silent,
    health,
    clock: systemClock,
    random: () => 0.5
  })
}

const makeTopic = (name: string, config: Readonly<Record<string, string>>): Promise<void> =>
  createTopic({ kafka, brokers: '', prefix, sweep: async () => undefined }, name, PARTITIONS, config)

const read = async (topic: string): Promise<readonly Incoming[]> => {
  const records: Incoming[] = []
  await readTopic(kafka, prefix + topic, batch => void records.push(...batch))
  return records
}

const record = (topic: string, key: string, value: string): Outgoing => ({ topic, key, value, time: epochMs(DAY) })
const textOf = ({ value }: Incoming): string => value!.toString()

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await systemClock.sleep(20)
}

const letterOf = (payload: Buffer): DeadLetter => ({
  stage: 'ingest',
  reason: 'undecodable',
  detail: 'a test',
  origin: { exchange: 'binance', stream: 's' },
  receivedAt: epochMs(DAY),
  payload: payload.toString('base64')
})

beforeAll(async () => {
  way = createCuttable(await testBrokers())
  kafka = way.kafka
  await makeTopic('ticks', { 'retention.ms': '-1' })
  await makeTopic('outage', { 'retention.ms': '-1' })
  await makeTopic('small', { 'retention.ms': '-1', 'max.message.bytes': '20000' })
  await makeTopic('dead_letters', { 'retention.ms': '-1', 'max.message.bytes': '12582912' })
})

afterEach(async () => {
  way.mend()
  await publisher.close()
})

afterAll(async () => {
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics: (await admin.listTopics()).filter(topic => topic.startsWith(prefix)) })
  await admin.disconnect()
})

describe('a publisher', () => {
  test('keeps the order of sends in every partition, and resolves when the broker has the records', async () => {
    open()
    const keys = ['binance:BTC/USDT', 'binance:ETH/USDT', 'binance:SOL/USDT']
    const sends = Array.from({ length: 12_000 }, (_, i) => publisher.send([record('ticks', keys[i % 3]!, String(i))]))
    expect(publisher.backlog().records).toBe(12_000)
    await Promise.all(sends)
    expect(publisher.backlog()).toEqual({ records: 0, bytes: 0 })
    const records = await read('ticks')
    for (const key of keys) {
      const numbers = records.filter(one => one.key!.toString() === key).map(one => Number(textOf(one)))
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
      expect(numbers).toHaveLength(4_000)
    }
    expect(records[0]!.timestamp).toBe(DAY)
  })

  test('puts a key where every Kafka client puts it, and a record with a partition there', async () => {
    open()
    await publisher.send(JAVA_MURMUR2.map(([key]) => record('ticks', key, `at ${key}`)))
    await publisher.send([{ ...record('ticks', 'abc', 'placed'), partition: 1 }])
    const records = await read('ticks')
    const partitionOf = (text: string): number | undefined => records.find(one => textOf(one) === text)?.partition
    for (const [key, hash] of JAVA_MURMUR2) expect(partitionOf(`at ${key}`)).toBe((hash & 0x7fffffff) % PARTITIONS)
    expect(partitionOf('placed')).toBe(1)
  })

  test('sends a record of 11.5 MB among small ones', async () => {
    open()
    const payload = Buffer.alloc(Math.floor((11.5 * MIB * 3) / 4), 7)
    await publisher.send([
      record('ticks', 'around', 'before'),
      outgoing(deadLetters, letterOf(payload)),
      record('ticks', 'around', 'after')
    ])
    const letters = (await read('dead_letters')).map(({ value }) => deadLetters.codec.decode(value!))
    expect(letters.map(letter => Buffer.from(letter.payload, 'base64').equals(payload))).toEqual([true])
    expect((await read('ticks')).filter(one => one.key!.toString() === 'around').map(textOf)).toEqual([
      'before',
      'after'
    ])
  })

  test('sets aside a record that the broker refuses, and sends its neighbours in order', async () => {
    open()
    const told: Outgoing[] = []
    publisher.onRefused(one => void told.push(one))
    const big = 'x'.repeat(600_000)
    await publisher.send([record('small', 'k', '1'), record('small', 'k', big), record('small', 'k', '2')])
    const sent = (await read('small')).map(textOf)
    expect(sent.filter((text, i) => text !== sent[i - 1])).toEqual(['1', '2'])
    const letters = (await read('dead_letters')).map(({ value }) => deadLetters.codec.decode(value!))
    const refused = letters.filter(({ reason }) => reason === 'refused')
    expect(refused).toMatchObject([{ stage: 'ingest', truncated: true, size: 600_000, origin: { topic: 'small' } }])
    expect(Buffer.from(refused[0]!.payload, 'base64').toString()).toBe(big.slice(0, 262_144))
    expect(told).toEqual([record('small', 'k', big)])
  })

  test('cuts a dead letter that is too large itself', async () => {
    open()
    const payload = Buffer.alloc(10 * MIB, 9)
    await publisher.send([outgoing(deadLetters, letterOf(payload))])
    const letters = (await read('dead_letters')).map(({ value }) => deadLetters.codec.decode(value!))
    const cut = letters.find(({ size }) => size === payload.length)!
    expect(Buffer.from(cut.payload, 'base64').equals(payload.subarray(0, 262_144))).toBe(true)
    expect(cut).toMatchObject({ reason: 'undecodable', truncated: true })
  })

  test('keeps what a broker that is away does not take, says so, and loses nothing', async () => {
    open()
    await publisher.send([record('outage', 'k', '0')])
    way.cut()
    const sends = Array.from({ length: 500 }, (_, i) => publisher.send([record('outage', 'k', String(i + 1))]))
    await until(() => health.problems().length > 0)
    expect(publisher.backlog().records).toBe(500)
    way.mend()
    await Promise.all(sends)
    expect(health.problems()).toEqual([])
    const numbers = (await read('outage')).map(one => Number(textOf(one)))
    expect([...new Set(numbers)]).toEqual(Array.from({ length: 501 }, (_, i) => i))
  })

  test('waits for a topic that is missing, and says what to do', async () => {
    open()
    const sent = publisher.send([record('later', 'k', '1')])
    await until(() => health.problems().length > 0)
    expect(health.problems()[0]).toMatch(/topics apply/)
    await makeTopic('later', {})
    await sent
    expect(health.problems()).toEqual([])
  })

  test('flushes when it is closed, and takes nothing after that', async () => {
    open()
    const sent = publisher.send([record('outage', 'closing', '1')])
    await publisher.close()
    await sent
    await expect(publisher.send([record('outage', 'closing', '2')])).rejects.toThrow(/closed/)
  })

  test('can be closed while the broker is away', async () => {
    open()
    way.cut()
    publisher.send([record('outage', 'k', 'never')]).catch(() => undefined)
    const startedMs = systemClock.monotonicMs()
    await publisher.close()
    expect(systemClock.monotonicMs() - startedMs).toBeLessThan(5_000)
  })
})
