import type { Kafka } from 'kafkajs'
import { TickstreamError } from '../market/error.ts'
import type { Incoming } from '../stream/topic.ts'
import type { Topology } from '../stream/topology.ts'
import { readTopic } from './read-range.ts'

/** Key of the record that says how far a partition's inputs have been folded into its state. */
export const POSITION_KEY = 'position'

/** The next offset of each input, by its topic without the prefix. */
export type Offsets = Readonly<Record<string, string>>

/** Where a partition goes on: the inputs that were read before, and the state of every key. */
export type Restored<State> = { readonly nextOffsets: Offsets; readonly states: Map<string, State> }

export const partKey = (key: string, part: string): string => `${key}|${part}`

export const positionValue = (nextOffsets: Offsets, version: string): string => JSON.stringify({ nextOffsets, version })

type Stored = {
  position: { nextOffsets: Offsets; version: string } | null
  readonly parts: Map<string, Map<string, string>>
}

const put = (stored: Stored, key: string, value: string | null): void => {
  if (key === POSITION_KEY) {
    stored.position = value === null ? null : (JSON.parse(value) as Stored['position'])
    return
  }
  const bar = key.indexOf('|')
  const [of, part] = [key.slice(0, bar), key.slice(bar + 1)]
  const parts = stored.parts.get(of) ?? new Map<string, string>()
  if (value === null) parts.delete(part)
  else parts.set(part, value)
  stored.parts.set(of, parts)
}

const restoreOne = <State, In, Out>(topology: Topology<State, In, Out>, stored: Stored): Restored<State> => {
  const { position, parts } = stored
  if (position && position.version !== topology.state.version) {
    throw new TickstreamError(
      'config',
      `the state of ${topology.name} was built as "${position.version}", not "${topology.state.version}"; set the settings back, or use a fresh TOPIC_PREFIX`
    )
  }
  const states = new Map([...parts].map(([key, of]) => [key, topology.state.restore(key, of)]))
  return { nextOffsets: position?.nextOffsets ?? {}, states }
}

/** Reads partitions of a topology's state topic (name with its prefix), committed records only, to their present ends. */
export const restorePartitions = async <State, In, Out>(
  kafka: Kafka,
  topic: string,
  topology: Topology<State, In, Out>,
  partitions: readonly number[]
): Promise<ReadonlyMap<number, Restored<State>>> => {
  const stored = new Map<number, Stored>(partitions.map(partition => [partition, { position: null, parts: new Map() }]))
  const take = (records: readonly Incoming[]): void => {
    for (const { partition, key, value } of records)
      put(stored.get(partition)!, String(key), value === null ? null : String(value))
  }
  await readTopic(kafka, topic, take, { partitions })
  return new Map([...stored].map(([partition, one]) => [partition, restoreOne(topology, one)]))
}
