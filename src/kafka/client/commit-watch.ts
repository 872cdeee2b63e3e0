import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { commitFailureReason, explainFailure } from './kafka-errors.ts'

/** Knows how long a stage has had something to commit without committing it; `/readyz` and metrics say so. */
export type CommitWatch = {
  /** Something of a partition waits for a commit from now on, if nothing did before. */
  readonly due: (partition: string) => void
  /** All that was due when the commit began is committed. */
  readonly done: (partition: string) => void
  readonly failed: (partition: string, error: unknown) => void
  /** The partition is no longer the business of this process, or nothing of it waits. */
  readonly clear: (partition?: string) => void
}

/** A stage is not ready when something has waited for a commit for longer. */
const MAX_COMMIT_AGE_MS = 10_000

type Due = { readonly sinceMs: number; failure: string | null }

const describe = (due: ReadonlyMap<string, Due>, nowMs: number): string | null => {
  const [oldest] = [...due].sort(([, a], [, b]) => a.sinceMs - b.sinceMs)
  if (!oldest) return null
  const [partition, { sinceMs, failure }] = oldest
  const age = nowMs - sinceMs
  if (age <= MAX_COMMIT_AGE_MS) return null
  const what = partition === ALL ? 'nothing' : `nothing of partition ${partition}`
  return `${what} has been committed for ${Math.floor(age / 1_000)} s${failure === null ? '' : `: ${failure}`}`
}

/** The partitions of a stage that commits all of them together. */
export const ALL = 'all'

export const createCommitWatch = (options: {
  readonly stage: string
  readonly clock: Clock
  readonly health: Health
}): CommitWatch => {
  const { stage, clock, health } = options
  const due = new Map<string, Due>()
  health.report(`commits of ${stage}`, () => describe(due, clock.monotonicMs()))
  const begin = (partition: string): Due => {
    const pending = due.get(partition) ?? { sinceMs: clock.monotonicMs(), failure: null }
    due.set(partition, pending)
    return pending
  }
  return {
    due: partition => void begin(partition),
    done: partition => {
      due.delete(partition)
      metrics.lastCommit.set({ stage, partition }, clock.now() / 1_000)
    },
    failed: (partition, error) => {
      begin(partition).failure = explainFailure(error)
      metrics.commitFailures.inc({ stage, reason: commitFailureReason(error) })
    },
    clear: partition => (partition === undefined ? due.clear() : void due.delete(partition))
  }
}
