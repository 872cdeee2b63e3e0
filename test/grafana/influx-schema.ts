import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { epochMs } from '../../src/market/time.ts'
import { measurements } from '../../src/sink/influx/measurements/measurements.ts'
import { pipelineLines, type Sample } from '../../src/sink/influx/pipeline.ts'

/** What stands in the bucket, by measurement. */
export type InfluxSchema = ReadonlyMap<
  string,
  { readonly tags: ReadonlySet<string>; readonly fields: ReadonlySet<string> }
>

const namesOf = (pairs: string): readonly string[] => pairs.split(',').map(pair => pair.split('=')[0] ?? '')

/** The names in a line of line protocol whose values hold no spaces. */
const readLine = (line: string) => {
  const [key = '', fields = ''] = line.split(' ')
  const [measurement = '', ...tags] = key.split(',')
  return { measurement, tags: namesOf(tags.join(',')), fields: namesOf(fields) }
}

/** The example records of the topics, as the sink writes them. */
const marketLines = (): readonly string[] =>
  readTopicFiles().flatMap(({ name: topic, example }) => {
    const record = {
      topic,
      partition: 0,
      offset: '0',
      key: Buffer.from(example.key),
      value: Buffer.from(JSON.stringify(example.value)),
      timestamp: epochMs(0),
      headers: {}
    }
    const points = measurements.filter(({ topics }) => topics.includes(topic)).map(({ read }) => read(record))
    return points.flatMap(point => (point === null ? [] : [point.line]))
  })

const SAMPLE: Sample = { time: epochMs(0), stage: 's', points: 0, lagSeconds: 0, observed: 0 }
const LAGS = [{ group: 'g', topic: 't', partition: 0, lag: 1 }]

/** Reads the schema off what the sink writes. */
export const influxSchema = (): InfluxSchema => {
  const figures = pipelineLines(SAMPLE, { ...SAMPLE, time: epochMs(10_000), observed: 1 }, LAGS)
  const schema = new Map<string, { tags: Set<string>; fields: Set<string> }>()
  for (const { measurement, tags, fields } of [...marketLines(), ...figures].map(readLine)) {
    const known = schema.get(measurement) ?? { tags: new Set(), fields: new Set() }
    for (const tag of tags) known.tags.add(tag)
    for (const field of fields) known.fields.add(field)
    schema.set(measurement, known)
  }
  return schema
}
