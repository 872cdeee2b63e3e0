import { readValues } from '../../../src/kafka/read/table/read-values.ts'
import type { DeadLetter } from '../../../src/market/records/dead-letter.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import { influxTopics } from '../../../src/sink/influx/influx-sink.ts'
import { candles, deadLetters } from '../../../src/topics.ts'
import { candleAt } from '../../support/candles.ts'
import { eventually } from '../../support/eventually.ts'
import { type StageProcess, startStage } from '../../support/program.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../../support/test-kafka.ts'
import { type InfluxServer, startInfluxServer } from './influx-server.ts'

/** Candles that form, close and are revised, `sink influx`, an InfluxDB, and a judge. */
export type InfluxScene = {
  readonly cluster: TestKafka
  readonly server: InfluxServer
  readonly env: Readonly<Record<string, string>>
  readonly start: () => StageProcess
  /** Publishes some windows, open and final, and revisions of earlier ones. */
  readonly publish: () => Promise<void>
  /** Publishes a candle of another symbol, which the judge does not ask for. */
  readonly publishStray: (more: Partial<Candle>) => Promise<void>
  readonly publishUntil: (holds: () => boolean | Promise<boolean>) => Promise<void>
  /** Waits until InfluxDB holds the newest state of every window, and nothing else; fails with what differs. */
  readonly settle: () => Promise<void>
  readonly deadLetters: () => Promise<readonly DeadLetter[]>
  readonly close: () => Promise<void>
}

const AT_ONCE = 40
const REVISED = 5

const messageOf = (n: number, more: Partial<Candle>) => {
  const candle = candleAt(n, more)
  return { key: candles['1m'].key(candle), value: candles['1m'].codec.encode(candle), timestamp: `${candle.openTime}` }
}

const stateOf = (revision: number): string => JSON.stringify([revision, true, revision + 1])

/** Opens a scene with topics of its own. */
export const openInfluxScene = async (): Promise<InfluxScene> => {
  const cluster = await testKafka()
  const server = await startInfluxServer()
  await Promise.all([...influxTopics, deadLetters.name].map(name => createTopic(cluster, name, 2)))
  const env = {
    KAFKA_BROKERS: cluster.brokers,
    TOPIC_PREFIX: cluster.prefix,
    INFLUX_URL: server.url,
    INFLUX_TOKEN: server.token
  }
  const stages: StageProcess[] = []
  const newest: number[] = []

  const publish = async (): Promise<void> => {
    const fresh = Array.from({ length: AT_ONCE }, (_, n) => newest.length + n)
    const revised = newest.length === 0 ? [] : fresh.slice(0, REVISED).map(n => n - AT_ONCE)
    for (const n of fresh) newest[n] = 0
    for (const n of revised) newest[n] = (newest[n] ?? 0) + 1
    const forming = fresh.map(n => messageOf(n, { final: false, volume: '0.5' }))
    const finals = [...fresh, ...revised].map(n =>
      messageOf(n, { revision: newest[n] ?? 0, volume: String((newest[n] ?? 0) + 1) })
    )
    await produce(cluster, 'ohlcv_1m', [...forming, ...finals])
  }
  const wrong = (): readonly string[] => {
    const points = server.points().filter(({ measurement }) => measurement === 'ohlcv')
    const stored = new Map(
      points.map(({ time, fields: { revision, final, volume } }) => [
        time,
        JSON.stringify([revision?.value, final?.value, volume?.value])
      ])
    )
    const differing = newest.flatMap((revision, n) => {
      const { openTime } = candleAt(n)
      return stored.get(openTime) === stateOf(revision) ? [] : [`${openTime}: ${stored.get(openTime)}`]
    })
    return points.length > newest.length ? [...differing, 'more points than windows'] : differing
  }
  return {
    cluster,
    server,
    env,
    publish,
    publishStray: more => produce(cluster, 'ohlcv_1m', [messageOf(0, more)]),
    start: () => {
      const stage = startStage(['sink', 'influx'], env)
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
    settle: () =>
      eventually(
        () => wrong().length === 0,
        () => [wrong(), stages.map(of => of.said())]
      ),
    deadLetters: () => readValues(cluster.kafka, cluster.prefix, deadLetters),
    close: async () => {
      await Promise.all(stages.map(stage => stage.end('SIGKILL')))
      await server.close()
      await cluster.sweep()
    }
  }
}
