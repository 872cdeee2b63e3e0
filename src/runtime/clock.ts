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

/** A timer that is to wait longer fires at once. */
const MAX_WAIT_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    let left = ms
    for (; left > MAX_WAIT_MS; left -= MAX_WAIT_MS) await wait(MAX_WAIT_MS, undefined, signal ? { signal } : {})
    await wait(left, undefined, signal ? { signal } : {})
  }
}

/** Lets everything else of this process that is ready have its turn; no time has to pass. */
export const nextTurn = (): Promise<void> => turn()
