import type { AggregateOptions } from '../../../src/aggregate/state/symbol-state.ts'
import type { EpochMs } from '../../../src/market/time.ts'
import type { Broker } from '../broker/broker.ts'
import type { Database } from '../database/database.ts'
import type { Venue } from '../exchange/venue.ts'
import type { FaultInjector } from './injector.ts'
import type { Journal } from './journal.ts'
import type { Operator } from './operator.ts'
import type { Stage } from './slot.ts'
import type { Timeline } from './timeline.ts'

/** A process, dead or alive. */
type Born = {
  readonly stage: Stage
  /** Tells its place from the others of its stage. */
  readonly number: number
  /** Raises its signal, when all is over: what Node holds on to for a signal that is never raised goes with it. */
  readonly release: () => void
}

/** Everything that outlives the processes. */
export type World = {
  readonly timeline: Timeline
  /** The exchange's time when the world began. */
  readonly startAt: EpochMs
  readonly journal: Journal
  readonly injector: FaultInjector
  readonly broker: Broker
  readonly database: Database
  readonly venue: Venue
  readonly operator: Operator
  /** Every process that ever was, in the order of births. */
  readonly born: Born[]
  readonly settings: AggregateOptions & {
    readonly graceMs: number
    readonly heartbeatMs: number
    readonly commitEveryMs: number
  }
}
