import { POSITION_KEY, type Restored } from '../../src/kafka/task/commit/state-changelog.ts'
import { TaskState } from '../../src/kafka/task/task-state.ts'
import type { Rejection } from '../../src/stream/processor.ts'
import type { Outgoing } from '../../src/stream/topic.ts'
import type { Topology } from '../../src/stream/topology.ts'
import { deadLetters, stateTopic } from '../../src/topics.ts'
import { fakeClock } from './fake-clock.ts'

/** What a run in memory left: the committed outputs in order, and what was rejected with its position. */
type Driven = {
  readonly outputs: readonly Outgoing[]
  readonly rejected: readonly (Rejection & { readonly position: number })[]
}

/** `commitEvery`: records to a commit. `crashAt`: positions after whose record everything not committed is lost, once each. */
export type DriveOptions = { readonly commitEvery?: number; readonly crashAt?: readonly number[] }

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

/** A changelog in memory: the newest value of each part, by key. */
const createChangelog = <State, In, Out>(topology: Topology<State, In, Out>) => {
  const stored = new Map<string, Map<string, string>>()
  const put = ({ key, value }: Outgoing): void => {
    const bar = key.indexOf('|')
    if (key === POSITION_KEY || bar < 0) return
    const [of, part] = [key.slice(0, bar), key.slice(bar + 1)]
    const parts = stored.get(of) ?? new Map<string, string>()
    if (value === null) parts.delete(part)
    else parts.set(part, value)
    stored.set(of, parts)
  }
  const restore = (position: number): Restored<State> => ({
    nextOffsets: { [INPUT]: String(position) },
    logs: {},
    states: new Map([...stored].map(([key, parts]) => [key, topology.state.restore(key, parts)]))
  })
  return { put, restore }
}

const rejectionOf = ({ value }: Outgoing): Rejection & { readonly position: number } => {
  const { reason, detail, origin } = deadLetters.codec.decode(Buffer.from(value ?? ''))
  return {
    reason: reason as Rejection['reason'],
    detail,
    position: 'offset' in origin ? Number(origin.offset) : Number.NaN
  }
}

/** Runs a topology's task in memory as it runs on one partition of Kafka: outputs, changed state and position are committed together. */
export const drive = <State, In, Out>(
  topology: Topology<State, In, Out>,
  records: readonly In[],
  { commitEvery = records.length, crashAt = [] }: DriveOptions = {}
): Driven => {
  const [crashes, changelog, clock] = [new Set(crashAt), createChangelog(topology), fakeClock()]
  const [outputs, rejected]: [Outgoing[], Driven['rejected'][number][]] = [[], []]
  const begin = (from: number) =>
    new TaskState(over(topology, records), 0, changelog.restore(from), [], clock, () => undefined)
  let [task, committed] = [begin(0), 0]
  const commit = (position: number): void => {
    for (const record of task.takeCommit()?.records ?? []) {
      if (record.topic === stateTopic(topology.name)) changelog.put(record)
      else if (record.topic === deadLetters.name) rejected.push(rejectionOf(record))
      else outputs.push(record)
    }
    committed = position
  }
  for (let at = 0; at < records.length; at++) {
    const message = { key: null, timestamp: '0', value: Buffer.from(String(at)), offset: String(at) }
    task.fold(0, [message], String(at + 1), null)
    if (crashes.delete(at)) {
      task = begin(committed)
      at = committed - 1
    } else if ((at + 1) % commitEvery === 0) commit(at + 1)
  }
  commit(records.length)
  return { outputs, rejected }
}
