import type { Processor } from './processor.ts'
import type { Outgoing, Topic } from './topic.ts'

/** A piece of a key's state under a name of its own; `value` null deletes it. */
export type StatePart = { readonly name: string; readonly value: string | null }

/** Splits a key's state into parts, so that a commit writes only what changed since the last one. */
export type StateCodec<State> = {
  /** Raised when older parts can no longer be read. */
  readonly version: string
  /** The parts that changed since the last call. */
  readonly changes: (state: State) => readonly StatePart[]
  /** The state from all its parts, by name. */
  readonly restore: (key: string, parts: ReadonlyMap<string, string>) => State
}

/** One consumer group as a value: the cli runs it on Kafka, tests drive the same value in memory. */
export type Topology<State, In, Out> = {
  readonly name: string
  /** Co-partitioned inputs. */
  readonly from: readonly Topic<In>[]
  readonly processor: Processor<State, In, Out>
  readonly route: (out: Out) => Outgoing
  readonly state: StateCodec<State>
}
