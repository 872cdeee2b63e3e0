import type { Clock } from './clock.ts'

/** Lets one loop wait for others to say that something has changed. A ring that nobody waits for is kept for the next wait. */
export type Bell = {
  readonly ring: () => void
  /** Resolves at the next ring, after `ms`, or when the signal is raised; never rejects. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

export const createBell = (clock: Clock): Bell => {
  let rung = new AbortController()
  return {
    ring: () => rung.abort(),
    wait: async (ms, signal) => {
      await clock.sleep(ms, AbortSignal.any([signal, rung.signal])).catch(() => undefined)
      if (rung.signal.aborted) rung = new AbortController()
    }
  }
}
