import { TickstreamError } from '../../../market/error.ts'
import type { EpochMs } from '../../../market/time.ts'
import { decodeRecord, type Incoming, type Topic } from '../../../stream/topic.ts'
import { type InfluxPoint, lineOf, type Tags } from '../point.ts'

/** How the values of some topics become points. Columns that are null are left out; their types never change: the first write fixes them. */
type Definition<T> = {
  readonly name: string
  readonly topics: readonly Topic<T>[]
  readonly tags: (value: T) => Tags
  /** What the point is filed under, in milliseconds. */
  readonly time: (value: T) => EpochMs
  /** When the market had completed what the value says, for the lag; null while it has not. */
  readonly completedAt: (value: T) => EpochMs | null
  /** Of two points in the same place the higher rank stays; of equal ranks the later one. */
  readonly rank: (value: T) => number
  /** Numbers and exact decimals; always floats. */
  readonly floats: (value: T) => Readonly<Record<string, number | string | null>>
  /** Whole numbers; always integers. */
  readonly counts?: (value: T) => Readonly<Record<string, number | null>>
  readonly flags?: (value: T) => Readonly<Record<string, boolean | null>>
}

/** A measurement of InfluxDB, and the topics that it is made of. */
export type Measurement = {
  readonly name: string
  /** Without the prefix. */
  readonly topics: readonly string[]
  /** The point of a record of these topics; null when there is nothing to write. Throws `TS-DATA`. */
  readonly read: (record: Incoming) => InfluxPoint | null
}

export const measurement = <T>(definition: Definition<T>): Measurement => {
  const byName = new Map(definition.topics.map(topic => [topic.name, topic]))
  return {
    name: definition.name,
    topics: [...byName.keys()],
    read: ({ topic: name, value, timestamp }) => {
      const topic = byName.get(name)
      return topic && value ? pointOf(definition, decodeRecord(topic, value, timestamp)) : null
    }
  }
}

const pointOf = <T>(definition: Definition<T>, value: T): InfluxPoint | null => {
  const tags = definition.tags(value)
  const time = definition.time(value)
  const line = lineOf({
    measurement: definition.name,
    tags: writable(tags),
    time,
    floats: definition.floats(value),
    counts: definition.counts?.(value) ?? {},
    flags: definition.flags?.(value) ?? {}
  })
  if (line === null) return null
  const pointKey = [definition.name, ...Object.values(tags), time].join('\n')
  return { pointKey, line, rank: definition.rank(value), completedAt: definition.completedAt(value) }
}

/** Line protocol has no way to write a tag that ends in a backslash: it would swallow what follows. */
const writable = (tags: Tags): Tags => {
  const bad = Object.entries(tags).find(([, text]) => text.endsWith('\\'))
  if (bad) throw new TickstreamError('TS-DATA', `${bad[0]}: ${JSON.stringify(bad[1])} ends in a backslash; no tag can`)
  return tags
}
