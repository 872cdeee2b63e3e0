import type { Received, Sink } from '../../stream/sink.ts'
import { newestOf } from '../newest-of.ts'
import type { InfluxWriter } from './influx-writer.ts'
import { measurements } from './measurements/measurements.ts'
import type { InfluxPoint } from './point.ts'

/** Topics whose records InfluxDB is told, without the prefix. */
export const influxTopics: readonly string[] = measurements.flatMap(({ topics }) => topics)

const byTopic = new Map(
  measurements.flatMap(measurement => measurement.topics.map(topic => [topic, measurement] as const))
)

/** A point that is written again takes the place of what was there, so a batch holds one a place. */
const linesOf = (values: readonly Received<InfluxPoint>[]): readonly string[] =>
  newestOf(
    values.map(({ value }) => value),
    ({ pointKey }) => pointKey,
    (current, next) => next.rank >= current.rank
  ).map(({ line }) => line)

/** The sink of stage `sink influx`. InfluxDB has no transactions: positions are those of the consumer group, and follow what is written. */
export const influxSink = (write: InfluxWriter): Sink<InfluxPoint> => ({
  name: 'sink-influx',
  topics: influxTopics,
  read: record => byTopic.get(record.topic)?.read(record) ?? null,
  time: ({ completedAt }) => completedAt,
  write: async ({ values }, signal) => {
    if (values.length > 0) await write(linesOf(values), signal)
    return 'written'
  },
  close: async () => undefined
})
