import type { Clock } from '../../runtime/clock.ts'

/** This machine, as the servers that `up` starts need it. */
export type Host = {
  /** Absolute; everything that is kept lies below. */
  readonly dataDir: string
  readonly clock: Clock
  /** Tells the user one line of progress. */
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}
