import type { Kafka } from 'kafkajs'
import pg from 'pg'
import { offsetsOf } from '../../src/kafka/admin/log/resume-offsets.ts'
import { tail } from '../../src/kafka/read/tail.ts'
import { POSITION_KEY } from '../../src/kafka/task/commit/state-changelog.ts'
import { rawTicks, stateTopic } from '../../src/topics.ts'
import type { ChaosCluster } from './chaos-cluster.ts'
import { FINAL_TOPICS } from './settings.ts'

/** A stage that is killed. */
export type Stage = 'aggregate' | 'ingest' | 'sink'

/** Tells whether a stage has done, and made durable, all that lay before it at some moment. */
export type Progress = {
  /** Takes down what lies before a stage now; the returned function tells whether all of it is done. */
  readonly mark: (stage: Stage) => Promise<() => Promise<boolean>>
  readonly close: () => Promise<void>
}

type Ends = ReadonlyMap<string, bigint>

const endsOf = async (kafka: Kafka, prefix: string, topics: readonly string[]): Promise<Ends> => {
  const all = await Promise.all(
    topics.map(async topic => (await offsetsOf(kafka, prefix + topic)).map(at => ({ ...at, topic })))
  )
  return new Map(
    all.flat().flatMap(({ topic, partition, high }) => (high > 0n ? [[`${topic}/${partition}`, high]] : []))
  )
}

const isPast = (positions: Ends, ends: Ends): boolean =>
  [...ends].every(([place, end]) => (positions.get(place) ?? 0n) >= end)

/** Watches a run from outside: `raw_ticks`, the positions in the state of aggregate, and those in the database. */
export const watchProgress = async (
  kafka: Kafka,
  { prefix, databaseUrl }: ChaosCluster,
  keys: readonly string[]
): Promise<Progress> => {
  const database = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  const newest = new Map<string, number>()
  const aggregated = new Map<string, bigint>()
  const state = stateTopic('aggregate')
  const watched = { whole: [prefix + state], fresh: [prefix + rawTicks.name] }
  const stopTail = await tail(kafka, watched, ({ topic, partition, key, value, timestamp }) => {
    if (topic !== prefix + state) newest.set(String(key), Math.max(newest.get(String(key)) ?? 0, timestamp))
    else if (String(key) === POSITION_KEY)
      aggregated.set(`${rawTicks.name}/${partition}`, BigInt(JSON.parse(String(value)).nextOffsets.raw_ticks))
  })
  const stored = async (): Promise<Ends> => {
    const { rows } = await database.query('select topic, partition, next_offset from kafka_offsets')
    return new Map(rows.map(row => [`${row.topic.slice(prefix.length)}/${row.partition}`, BigInt(row.next_offset)]))
  }
  const marks: Readonly<Record<Stage, () => Promise<() => Promise<boolean>>>> = {
    ingest: async () => {
      const now = Date.now()
      return async () => keys.every(key => (newest.get(key) ?? 0) >= now)
    },
    aggregate: async () => {
      const ends = await endsOf(kafka, prefix, [rawTicks.name])
      return async () => isPast(aggregated, ends)
    },
    sink: async () => {
      const ends = await endsOf(kafka, prefix, FINAL_TOPICS)
      return async () => isPast(await stored(), ends)
    }
  }
  const close = async (): Promise<void> => {
    await stopTail()
    await database.end()
  }
  return { mark: stage => marks[stage](), close }
}
