import type { Outgoing, Publisher } from '../stream/topic.ts'

/** Where ingest's records go: a publisher that says how much it still holds, so that sockets can be slowed down. */
export type Outlet = Publisher & {
  readonly backlog: () => { readonly records: number; readonly bytes: number }
  /** Tells of every record that the broker refuses for good, before its send resolves. */
  readonly onRefused: (listen: (record: Outgoing) => void) => void
}
