import { performance } from 'node:perf_hooks'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { type EpochMs, epochMs } from '../market/time.ts'

/** The only place that reads a clock. Tests hand in their own. */
export type Clock = {
  /** This machine's wall clock. */
  readonly now: () => EpochMs
  /** Milliseconds on a clock that never jumps; its zero means nothing. */
  readonly monotonicMs: () => number
  /** Waits; rejects with the signal's reason when it is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal ? { signal } : {})
}

/** Lets everything else of this process that is ready have its turn; no time has to pass. */
export const nextTurn = (): Promise<void> => turn()
