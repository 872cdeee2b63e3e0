import pg from 'pg'
import { postgresTopics } from '../../src/sink/postgres/postgres-sink.ts'
import { candles } from '../../src/topics.ts'
import { candleAt } from './candles.ts'
import { eventually } from './eventually.ts'
import { runProgram, type StageProcess, startStage } from './program.ts'
import { createTopic, produce, testKafka } from './test-kafka.ts'

/** Candles that go on being published and revised, `sink postgres` as a process, and a judge. */
export type SinkScene = {
  /** Starts the sink, on another way to the database where given. */
  readonly start: (url?: string) => StageProcess
  /** Publishes some windows, and revisions of earlier ones. */
  readonly publish: () => Promise<void>
  /** Publishes until the condition holds. */
  readonly publishUntil: (holds: () => boolean | Promise<boolean>) => Promise<void>
  readonly rows: () => Promise<number>
  /** Does something on a connection to the database. */
  readonly query: (text: string) => Promise<readonly Record<string, unknown>[]>
  /** Waits until the database holds what was published, and returns the windows whose row is not the newest final. */
  readonly finish: () => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

const AT_ONCE = 50
const REVISED = 5

const messageOf = (n: number, revision: number) => {
  const candle = candleAt(n, { revision, volume: String(revision + 1) })
  return { key: candles['1m'].key(candle), value: candles['1m'].codec.encode(candle), timestamp: `${candle.openTime}` }
}

const ask = async (url: string, text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  // It may break under a test that hurts the server; the query says so.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const ROWS = `select extract(epoch from open_time)::bigint * 1000 as open_time, revision, volume::text from candles`

/** Opens a scene with topics of its own and the tables of the product in an empty database; `here` is where it looks, when that moves. */
export const openSinkScene = async (url: string, here: () => string = () => url): Promise<SinkScene> => {
  const cluster = await testKafka()
  for (const name of postgresTopics) await createTopic(cluster, name, name === 'ohlcv_1m' ? 2 : 1)
  const env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix, POSTGRES_URL: url }
  const { code, stderr } = await runProgram(['migrate'], env)
  if (code !== 0) throw new Error(stderr)
  const stages: StageProcess[] = []
  const newest: number[] = []

  const publish = async (): Promise<void> => {
    const fresh = Array.from({ length: AT_ONCE }, (_, n) => newest.length + n)
    const revised = newest.length === 0 ? [] : fresh.slice(0, REVISED).map(n => n - AT_ONCE)
    for (const n of fresh) newest[n] = 0
    for (const n of revised) newest[n] = (newest[n] ?? 0) + 1
    const due = [...fresh, ...revised]
    await produce(
      cluster,
      'ohlcv_1m',
      due.map(n => messageOf(n, newest[n] ?? 0))
    )
  }
  const query = (text: string) => ask(here(), text)
  const wrong = async (): Promise<readonly string[]> => {
    const rows = await query(ROWS)
    const stored = new Map(rows.map(row => [Number(row.open_time), `r${row.revision} ${row.volume}`]))
    const due = newest.map((revision, n) => [candleAt(n).openTime, `r${revision} ${revision + 1}`] as const)
    const phantoms = rows.length - due.filter(([time]) => stored.has(time)).length
    const differing = due.filter(([time, row]) => stored.get(time) !== row)
    return [...differing.map(([time, row]) => `${time}: ${stored.get(time)}, not ${row}`), ...Array(phantoms).fill('?')]
  }
  return {
    publish,
    query,
    start: (way = url) => {
      const stage = startStage(['sink', 'postgres'], { ...env, POSTGRES_URL: way })
      stages.push(stage)
      return stage
    },
    publishUntil: holds =>
      eventually(
        async () => {
          await publish()
          return holds()
        },
        () => stages.map(of => of.said())
      ),
    rows: async () => Number((await query('select count(*) as n from candles'))[0]?.n),
    finish: async () => {
      await eventually(
        async () => (await wrong()).length === 0,
        async () => [await wrong(), stages.map(of => of.said())]
      )
      await Promise.all(stages.map(stage => stage.end('SIGTERM')))
      return wrong()
    },
    close: async () => {
      await Promise.all(stages.map(stage => stage.end('SIGKILL')))
      await cluster.sweep()
    }
  }
}
