import type { Rejection } from './processor.ts'
import type { Outgoing } from './topic.ts'
import type { Topology } from './topology.ts'

/** What a run in memory left: the committed outputs in order, and what was rejected with its position. */
export type Driven = {
  readonly outputs: readonly Outgoing[]
  readonly rejected: readonly (Rejection & { readonly position: number })[]
}

/** `commitEvery`: records to a commit. `crashAt`: positions after whose record everything not committed is lost, once each. */
export type DriveOptions = { readonly commitEvery?: number; readonly crashAt?: readonly number[] }

/** Runs a topology in memory as it runs on one partition of Kafka: outputs, changed state and position are committed together. */
export const drive = <State, In, Out>(
  topology: Topology<State, In, Out>,
  records: readonly In[],
  options: DriveOptions = {}
): Driven => {
  const crashes = new Set(options.crashAt)
  const stored = new Map<string, Map<string, string>>()
  let states = new Map<string, State>()
  let pending: { outputs: Outgoing[]; rejected: (Rejection & { position: number })[] } = { outputs: [], rejected: [] }
  const committed = { outputs: [] as Outgoing[], rejected: [] as (Rejection & { position: number })[], position: 0 }

  const commit = (position: number): void => {
    for (const [key, state] of states) {
      const parts = stored.get(key) ?? new Map<string, string>()
      for (const part of topology.state.changes(state))
        part.value === null ? parts.delete(part.name) : parts.set(part.name, part.value)
      stored.set(key, parts)
    }
    committed.outputs.push(...pending.outputs)
    committed.rejected.push(...pending.rejected)
    committed.position = position
    pending = { outputs: [], rejected: [] }
  }
  const stateOf = (key: string): State => {
    const parts = stored.get(key)
    return states.get(key) ?? (parts ? topology.state.restore(key, parts) : topology.processor.init(key))
  }

  for (let position = 0; position < records.length; position++) {
    const record = records[position]!
    const key = topology.key(record)
    const step = topology.processor.step(stateOf(key), record)
    states.set(key, step.state)
    pending.outputs.push(...step.emit.map(topology.route))
    if (step.reject) pending.rejected.push({ ...step.reject, position })
    if (crashes.delete(position)) {
      states = new Map()
      pending = { outputs: [], rejected: [] }
      position = committed.position - 1
    } else if ((position + 1) % (options.commitEvery ?? records.length) === 0) commit(position + 1)
  }
  commit(records.length)
  return { outputs: committed.outputs, rejected: committed.rejected }
}
