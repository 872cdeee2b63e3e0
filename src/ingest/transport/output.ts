import type { EpochMs } from '../../market/time.ts'
import type { Outgoing, Publisher } from '../../stream/topic.ts'

/** Where ingest's records go: a publisher that says how much it still holds, so that sockets can be slowed down. */
export type Output = Publisher & {
  readonly backlog: () => { readonly records: number; readonly bytes: number }
  /** Tells of every record that the broker refuses for good, before its send resolves. */
  readonly onRefused: (listen: (record: Outgoing) => void) => void
  /** A clock beside this machine's by which times may have come: a record that the broker refuses for its time alone is kept then. */
  readonly trust: (now: () => EpochMs) => void
}
