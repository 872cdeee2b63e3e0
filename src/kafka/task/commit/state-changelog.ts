import type { Kafka } from 'kafkajs'
import { TickstreamError } from '../../../market/error.ts'
import { type LogIdentity, readLogIdentity } from '../../../stream/log-identity.ts'
import type { Incoming } from '../../../stream/topic.ts'
import type { Rebuild, Topology } from '../../../stream/topology.ts'
import { readTopic } from '../../read/read-range.ts'
import { locationOf } from '../../read/table/read-usable.ts'

/** Key of the record that says how far a partition's inputs have been folded into its state. */
export const POSITION_KEY = 'position'

/** The next offset of each input, by its topic without the prefix. */
export type Offsets = Readonly<Record<string, string>>

/** The log that each input's offset is one of, by its topic without the prefix. */
export type InputLogs = Readonly<Record<string, LogIdentity>>

/** A build of a state with other settings, and how far it had read when they were changed. */
export type EarlierBuild = { readonly version: string; readonly nextOffsets: Offsets }

/** Where a partition goes on: the inputs that were read before, in which logs, and the state of every key. */
export type Restored<State> = {
  readonly nextOffsets: Offsets
  readonly logs: InputLogs
  readonly states: Map<string, State>
  /** What was published by those is not published again. */
  readonly earlier: readonly EarlierBuild[]
  /** The state was built with other settings: there is none yet, and the first commit deletes those records. null: it is as it was left. */
  readonly rebuild: { readonly from: Rebuild['from']; readonly obsolete: readonly string[] } | null
}

/** Of a partition that nobody has read yet. */
export const nothingRestored = <State>(): Restored<State> => ({
  nextOffsets: {},
  logs: {},
  states: new Map(),
  earlier: [],
  rebuild: null
})

export const partKey = (key: string, part: string): string => `${key}|${part}`

export const positionValue = (
  nextOffsets: Offsets,
  version: string,
  logs: InputLogs,
  earlier: readonly EarlierBuild[]
): string => JSON.stringify({ nextOffsets, version, logs, ...(earlier.length > 0 ? { earlier } : {}) })

type Position = EarlierBuild & {
  readonly logs?: Readonly<Record<string, unknown>>
  readonly earlier?: readonly EarlierBuild[]
}

type PartitionRecords = {
  position: Position | null
  readonly parts: Map<string, Map<string, string>>
  /** Where the newest record of each key stands. */
  readonly locations: Map<string, string>
}

/** Without it the state would be another one, and what is published would be wrong without a word: nobody goes on by himself here. */
const damaged = (location: string, detail: string): TickstreamError =>
  new TickstreamError(
    'TS-KAFKA-STATE',
    `the state at ${location} cannot be used (${detail}); put the topic back from a copy, or use a fresh TOPIC_PREFIX and replay the input into it`
  )

const parsePosition = (value: string, location: string): PartitionRecords['position'] => {
  try {
    const position = JSON.parse(value) as PartitionRecords['position']
    if (typeof position?.version === 'string' && typeof position.nextOffsets === 'object') return position
  } catch (error) {
    throw damaged(location, String(error))
  }
  throw damaged(location, 'it is no position')
}

/** A stage writes keys with a bar, and its position. What else stands there changes no state. */
const isForeign = ({ key, unreadable }: Incoming): boolean =>
  unreadable === undefined && String(key) !== POSITION_KEY && !key?.includes('|')

const add = (stored: PartitionRecords, record: Incoming): void => {
  const key = String(record.key)
  const value = record.value === null ? null : String(record.value)
  if (record.unreadable !== undefined) throw damaged(locationOf(record), record.unreadable)
  if (key === POSITION_KEY) {
    stored.position = value === null ? null : parsePosition(value, locationOf(record))
    return
  }
  const bar = key.indexOf('|')
  const [owner, part] = [key.slice(0, bar), key.slice(bar + 1)]
  const parts = stored.parts.get(owner) ?? new Map<string, string>()
  if (value === null) parts.delete(part)
  else parts.set(part, value)
  stored.parts.set(owner, parts)
  stored.locations.set(owner, locationOf(record))
}

const readLogs = (stored: Readonly<Record<string, unknown>>): InputLogs =>
  Object.fromEntries(
    Object.entries(stored).flatMap(([topic, value]) => {
      const log = readLogIdentity(value)
      return log ? [[topic, log]] : []
    })
  )

/** A build of the same version once more reached further. */
const builds = ({ earlier = [], version, nextOffsets }: Position): readonly EarlierBuild[] => [
  ...earlier.filter(build => build.version !== version),
  { version, nextOffsets: furthest(nextOffsets, earlier.find(build => build.version === version)?.nextOffsets ?? {}) }
]

/** Of each input the offset that lies further on. */
const furthest = (one: Offsets, other: Offsets): Offsets => {
  const further = Object.entries(other).filter(([name, next]) => BigInt(next) > BigInt(one[name] ?? -1))
  return { ...one, ...Object.fromEntries(further) }
}

const beginAnew = <State, In, Out>(
  { name, state }: Topology<State, In, Out>,
  position: Position,
  { parts }: PartitionRecords
): Restored<State> => {
  const plan = state.rebuild?.(position.version, parts) ?? null
  if (plan === null)
    throw new TickstreamError(
      'TS-CONFIG',
      `the state of ${name} was built as "${position.version}", not "${state.version}"; set the settings back, or use a fresh TOPIC_PREFIX`
    )
  const obsolete = [...parts].flatMap(([key, some]) => [...some.keys()].map(part => partKey(key, part)))
  const rebuild = { from: plan.from, obsolete }
  const { nextOffsets } = position
  return { nextOffsets, logs: readLogs(position.logs ?? {}), states: new Map(), earlier: builds(position), rebuild }
}

const restoreOne = <State, In, Out>(topology: Topology<State, In, Out>, stored: PartitionRecords): Restored<State> => {
  const { position, parts, locations } = stored
  if (position && position.version !== topology.state.version) return beginAnew(topology, position, stored)
  const restore = (key: string, parts: ReadonlyMap<string, string>): State => {
    try {
      return topology.state.restore(key, parts)
    } catch (error) {
      throw damaged(`${locations.get(key)} or before it, key ${key}`, String(error))
    }
  }
  const states = new Map([...parts].map(([key, parts]) => [key, restore(key, parts)]))
  const { nextOffsets = {}, logs = {}, earlier = [] } = position ?? {}
  return { ...nothingRestored(), nextOffsets, logs: readLogs(logs), states, earlier }
}

/** What a partition of a changelog holds, record by record in its order, and the state that it comes to. */
export const changelogReader = <State, In, Out>(topology: Topology<State, In, Out>) => {
  const stored: PartitionRecords = { position: null, parts: new Map(), locations: new Map() }
  return { add: (record: Incoming): void => add(stored, record), restored: () => restoreOne(topology, stored) }
}

/** Reads partitions of a topology's state topic (name with its prefix), committed records only, to their present ends. */
export const restoreChangelog = async <State, In, Out>(
  kafka: Kafka,
  topic: string,
  topology: Topology<State, In, Out>,
  partitions: readonly number[],
  onForeign: (record: Incoming) => void = () => undefined
): Promise<ReadonlyMap<number, Restored<State>>> => {
  const readers = new Map(partitions.map(partition => [partition, changelogReader(topology)]))
  const accept = (records: readonly Incoming[]): void => {
    for (const record of records) {
      if (isForeign(record)) onForeign(record)
      else readers.get(record.partition)!.add(record)
    }
  }
  await readTopic(kafka, topic, accept, { partitions })
  return new Map([...readers].map(([partition, reader]) => [partition, reader.restored()]))
}
