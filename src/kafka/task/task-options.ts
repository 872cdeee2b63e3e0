import type { Kafka } from 'kafkajs'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import type { Topology } from '../../stream/topology.ts'
import type { Logs } from '../admin/log/logs.ts'
import type { Offsets } from './commit/state-changelog.ts'

/** What the loop runs with. */
export type TaskOptions<State, In, Out> = {
  readonly topology: Topology<State, In, Out>
  readonly kafka: Kafka
  readonly prefix: string
  readonly commitEveryMs: number
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
  readonly signal: AbortSignal
  /** Who asks for the logs of the inputs; otherwise one is made. */
  readonly logs?: Logs
  /** Sees what the processor emits, for metrics. */
  readonly observe?: (emitted: readonly Out[]) => void
  /** Told of the positions of a partition's inputs after each of its commits. */
  readonly onCommit?: (partition: number, nextOffsets: Offsets) => void
}
