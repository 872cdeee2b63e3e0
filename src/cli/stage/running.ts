import { createKafka } from '../../kafka/client/client.ts'
import { TaskManager } from '../../kafka/task/task-manager.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { Topology } from '../../stream/topology.ts'
import type { Context } from '../run/command.ts'

/** Begins one of the things that a stage's process runs; resolves when it has ended in order. */
export type Start = (context: Context) => Promise<void>

/** Runs one topology, exactly once, until the signal. `observe` sees what it emits, for metrics. */
export const running =
  <State, In, Out>(topology: Topology<State, In, Out>, observe: (emitted: readonly Out[]) => void): Start =>
  ({ config, log, health, signal }) => {
    const { commitEveryMs, topicPrefix: prefix } = config
    const kafka = createKafka(config.kafka, topology.name, log)
    const run = { topology, kafka, prefix, commitEveryMs, clock: systemClock, log, health, signal, observe }
    return new TaskManager(run).start()
  }

/** Runs several side by side. When one cannot go on, the others end in order, and its error is thrown. */
export const sideBySide = async (context: Context, starts: readonly Start[]): Promise<void> => {
  const failure = new AbortController()
  const signal = AbortSignal.any([context.signal, failure.signal])
  const fail = (error: unknown): never => {
    failure.abort(error)
    throw error
  }
  const runs = starts.map(start => start({ ...context, signal }).catch(fail))
  await Promise.allSettled(runs)
  await Promise.all(runs)
}
