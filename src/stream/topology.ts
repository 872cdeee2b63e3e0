import type { EpochMs } from '../market/time.ts'
import type { Processor } from './processor.ts'
import { decodeRecord, type Outgoing, type Topic } from './topic.ts'

/** A piece of a key's state under a name of its own; `value` null deletes it. */
export type StatePart = { readonly name: string; readonly value: string | null }

/** The parts of a key's state, by their names. */
export type StateParts = ReadonlyMap<string, string>

/** What has to be known of a state that is built anew, from its inputs. */
export type Rebuild = {
  /** What the inputs must still have, from this time on: what is open would be incomplete without it. null: less will do. */
  readonly from: EpochMs | null
  /** Whether the older build published to this topic (without the prefix): what it had published is not published again. */
  readonly publishedTo: (topic: string) => boolean
}

/** Splits a key's state into parts, so that a commit writes only what changed since the last one. */
export type StateCodec<State> = {
  /** The format of the parts and the settings that they were built with; another one when they can no longer be read. */
  readonly version: string
  /** How a state of another version, by key, is built anew; null: it is refused. Left out: every other version is. */
  readonly rebuild?: (version: string, states: ReadonlyMap<string, StateParts>) => Rebuild | null
  /** The parts that changed since the last call. */
  readonly changes: (state: State) => readonly StatePart[]
  /** The state from all its parts, by name. */
  readonly restore: (key: string, parts: StateParts) => State
}

/** What a record says beside its value. */
export type RecordLabel = {
  readonly key: Buffer | null
  /** Epoch milliseconds, in digits. */
  readonly timestamp: string
}

/** One input of a topology: a topic without its prefix, and what the processor takes for its records. A tombstone has no bytes. */
export type Source<In> = {
  readonly name: string
  /** null: the record says nothing to this topology, and is passed over. */
  readonly decode: (bytes: Buffer, label: RecordLabel) => In | null
  /** The other inputs never wait for its records; these wait for theirs, as far as the order of time asks for it. */
  readonly isAside?: true
  /** The key by which a record stands in its partition, as its value says it; left out where the writer names the partition. */
  partitionedBy?(record: In): string
}

/** A topic as an input, its values as they are. */
export const source = <T>(topic: Topic<T>): Source<T> => ({
  name: topic.name,
  decode: (bytes, { timestamp }) => decodeRecord(topic, bytes, Number(timestamp)),
  partitionedBy: topic.key
})

/** One consumer group as a value: the cli runs it on Kafka, tests drive the same value in memory. */
export type Topology<State, In, Out> = {
  readonly name: string
  /** Co-partitioned inputs: records of one key stand in the same partition of each. */
  readonly from: readonly Source<In>[]
  readonly key: (record: In) => string
  /** When a record was known; what several inputs hold already is taken in this order. Needed where there are several. */
  readonly time?: (record: In) => EpochMs
  readonly processor: Processor<State, In, Out>
  readonly route: (out: Out) => Outgoing
  readonly state: StateCodec<State>
}
