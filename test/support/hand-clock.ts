import { epochMs } from '../../src/market/time.ts'
import type { Clock } from '../../src/runtime/clock.ts'

/** A clock that goes when it is told to; who sleeps on it is woken at once, and time has moved by that. */
export const handClock = (startMs = 1_723_161_720_000): Clock & { readonly pass: (ms: number) => void } => {
  let elapsed = 0
  return {
    now: () => epochMs(startMs + elapsed),
    monotonicMs: () => elapsed,
    sleep: async (ms, signal) => {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
      elapsed += ms
    },
    pass: ms => {
      elapsed += ms
    }
  }
}
