import { epochMs } from '../../src/market/time.ts'
import type { Clock } from '../../src/runtime/clock.ts'

/** A clock that stands until it sleeps: every wait is over at once, and time has moved by it. */
export const fakeClock = (startMs = 1_700_000_000_000): Clock & { readonly slept: readonly number[] } => {
  let elapsed = 0
  const slept: number[] = []
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    await new Promise(setImmediate)
    signal?.throwIfAborted()
    slept.push(ms)
    elapsed += ms
  }
  return { now: () => epochMs(startMs + elapsed), monotonicMs: () => elapsed, sleep, slept }
}
