import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { postgresTopics } from '../../src/sink/postgres/postgres-sink.ts'
import { candles } from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { eventually } from '../support/eventually.ts'
import { runProgram, startStage } from '../support/program.ts'
import { testDatabase } from '../support/servers.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const WINDOWS = 6_000

let cluster: TestKafka
let database: Awaited<ReturnType<typeof testDatabase>>
let client: pg.Client
let env: Record<string, string>

beforeAll(async () => {
  cluster = await testKafka()
  database = await testDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix, POSTGRES_URL: database.url }
})

afterAll(async () => {
  await client.end()
  await database.drop()
  await cluster.sweep()
})

const message = (n: number, more: Parameters<typeof candleAt>[1]) => {
  const candle = candleAt(n, more)
  return {
    key: candles['1m'].key(candle),
    value: candles['1m'].codec.encode(candle),
    timestamp: String(candle.openTime)
  }
}

const windows = Array.from({ length: WINDOWS }, (_, n) => n)

const tally = async (): Promise<{ rows: number; revised: number }> => {
  const { rows } = await client.query(
    'select count(*)::int as rows, count(*) filter (where revision = 1)::int as revised from candles'
  )
  return rows[0]
}

const makeTopics = async (): Promise<void> => {
  await Promise.all(postgresTopics.map(name => createTopic(cluster, name, 2)))
}

describe('sink postgres as a process', () => {
  test('says what is missing, and does not begin', async () => {
    const { code, stderr } = await runProgram(['sink', 'postgres'], { ...env, POSTGRES_URL: '' })
    expect(code).toBe(2)
    expect(stderr).toContain('POSTGRES_URL')
    const unmade = await runProgram(['sink', 'postgres'], env)
    expect(unmade.code).toBe(1)
    expect(unmade.stderr).toContain('tickstream migrate')
  })

  test('topics that are not there end it with what to do', async () => {
    expect((await runProgram(['migrate'], env)).code).toBe(0)
    const { code, stderr } = await runProgram(['sink', 'postgres'], env)
    expect(code).toBe(1)
    expect(stderr).toContain('tickstream topics apply')
  })

  test('killed and stopped again and again, it holds the newest revision of every window, once', async () => {
    await makeTopics()
    const published = [
      windows.map(n => message(n, { final: false })),
      windows.map(n => message(n, { revision: 0 })),
      windows.filter(n => n % 3 === 0).map(n => message(n, { revision: 1, volume: '7' }))
    ]
    await produce(cluster, 'ohlcv_1m', published.flat())
    for (const signal of ['SIGKILL', 'SIGKILL', 'SIGTERM'] as const) {
      const before = await tally()
      const stage = startStage(['sink', 'postgres'], env)
      await eventually(async () => (await tally()).rows > before.rows || before.rows === WINDOWS, stage.said)
      const stoppedAt = Date.now()
      const code = await stage.end(signal)
      if (signal !== 'SIGTERM') continue
      expect(code).toBe(0)
      expect(Date.now() - stoppedAt).toBeLessThan(5_000)
    }
    const last = startStage(['sink', 'postgres'], env)
    const due = { rows: WINDOWS, revised: WINDOWS / 3 }
    await eventually(async () => JSON.stringify(await tally()) === JSON.stringify(due), last.said)
    expect(await last.end('SIGTERM')).toBe(0)
    expect(await tally()).toEqual(due)
    const { rows } = await client.query(
      "select sum(next_offset)::int as n from kafka_offsets where topic like '%ohlcv_1m'"
    )
    expect(rows[0].n).toBeGreaterThanOrEqual(published.flat().length)
  })
})
