import { changelogReader } from '../../src/kafka/task/commit/state-changelog.ts'
import { TaskState } from '../../src/kafka/task/task-state.ts'
import { epochMs } from '../../src/market/time.ts'
import type { Rejection } from '../../src/stream/processor.ts'
import type { Incoming, Outgoing } from '../../src/stream/topic.ts'
import type { Topology } from '../../src/stream/topology.ts'
import { deadLetters, stateTopic } from '../../src/topics.ts'
import { fakeClock } from './fake-clock.ts'

/** What a run in memory left: the committed outputs in order, and what was rejected with its position. */
type Driven = {
  readonly outputs: readonly Outgoing[]
  readonly rejected: readonly (Rejection & { readonly position: number })[]
  /** What its state topic was given. */
  readonly changelog: readonly Outgoing[]
}

/** `commitEvery`: records to a commit. `crashAt`: positions after whose record everything not committed is lost, once each. */
export type DriveOptions = { readonly commitEvery?: number; readonly crashAt?: readonly number[] }

type Begin<State, In, Out> = {
  /** From which record on it runs with other settings; what was not committed by then is lost. */
  readonly changes?: ReadonlyMap<number, Topology<State, In, Out>>
  /** What its state topic holds at the start. */
  readonly changelog?: readonly Outgoing[]
}

const INPUT = 'records'

/** The topology over one input that holds these records; nobody watches. */
const over = <State, In, Out>(
  { processor: { init, step }, ...topology }: Topology<State, In, Out>,
  records: readonly In[]
): Topology<State, In, Out> => ({
  ...topology,
  from: [{ name: INPUT, decode: bytes => records[Number(bytes)]! }],
  processor: { init, step }
})

/** A record of a state topic, as a reader of it gets it. */
const readBack = ({ topic, key, value }: Outgoing): Incoming => ({
  topic,
  partition: 0,
  offset: '0',
  key: Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  timestamp: epochMs(0),
  headers: {}
})

/** What was committed, restored as from Kafka; a state that is built anew begins with the first record. */
const restore = <State, In, Out>(topology: Topology<State, In, Out>, changelog: readonly Outgoing[]) => {
  const reader = changelogReader(topology)
  for (const record of changelog) reader.add(readBack(record))
  const restored = reader.restored()
  return restored.rebuild === null ? restored : { ...restored, nextOffsets: {} }
}

const rejectionOf = ({ value }: Outgoing): Rejection & { readonly position: number } => {
  const { reason, detail, origin } = deadLetters.codec.decode(Buffer.from(value ?? ''))
  return {
    reason: reason as Rejection['reason'],
    detail,
    position: 'offset' in origin ? Number(origin.offset) : Number.NaN
  }
}

/**
 * Runs a topology's task in memory as it runs on one partition of Kafka: outputs, changed state and position are committed together.
 */
export const drive = <State, In, Out>(
  first: Topology<State, In, Out>,
  records: readonly In[],
  {
    commitEvery = records.length,
    crashAt = [],
    changes = new Map(),
    changelog: before = []
  }: DriveOptions & Begin<State, In, Out> = {}
): Driven => {
  const [crashes, due, clock] = [new Set(crashAt), new Map(changes), fakeClock()]
  const [outputs, rejected, changelog]: [Outgoing[], Driven['rejected'][number][], Outgoing[]] = [[], [], [...before]]
  let topology = first
  const begin = () => {
    const now = over(topology, records)
    return new TaskState(now, 0, restore(now, changelog), [], clock, () => undefined)
  }
  let task = begin()
  const commit = (): void => {
    for (const record of task.drainCommit()?.records ?? []) {
      if (record.topic === stateTopic(topology.name)) changelog.push(record)
      else if (record.topic === deadLetters.name) rejected.push(rejectionOf(record))
      else outputs.push(record)
    }
  }
  for (let at = task.position(0); at < records.length; at = task.position(0)) {
    const change = due.get(at)
    due.delete(at)
    if (change !== undefined) {
      topology = change
      task = begin()
      continue
    }
    const message = { key: null, timestamp: '0', value: Buffer.from(String(at)), offset: String(at) }
    task.fold(0, [message], String(at + 1), null)
    if (crashes.delete(at)) task = begin()
    else if ((at + 1) % commitEvery === 0) commit()
  }
  commit()
  return { outputs, rejected, changelog }
}
