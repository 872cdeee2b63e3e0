import type { PartitionLog } from './partition-log.ts'

/** A reader that waits at the broker for more in any of its partitions. */
type Waiter = { readonly logs: ReadonlySet<PartitionLog>; readonly wake: () => void }

/** Tells those who wait, in the order in which they came, that there may be more to read. */
export type News = {
  readonly tell: (log: PartitionLog) => void
  readonly waiters: Set<Waiter>
}

export const createNews = (): News => {
  const waiters = new Set<Waiter>()
  return {
    tell: log => {
      for (const { logs, wake } of waiters) if (logs.has(log)) wake()
    },
    waiters
  }
}
