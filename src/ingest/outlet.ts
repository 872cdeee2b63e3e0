import type { Publisher } from '../stream/topic.ts'

/** Where ingest's records go: a publisher that says how much it still holds, so that sockets can be slowed down. */
export type Outlet = Publisher & { readonly backlog: () => { readonly records: number; readonly bytes: number } }
