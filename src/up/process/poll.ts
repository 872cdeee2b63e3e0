import type { Clock } from '../../runtime/clock.ts'

/** Asks every `everyMs` until the answer is yes (true) or `withinMs` are over (false). Rejects when the signal is raised. */
export const poll = async (
  ask: () => boolean | Promise<boolean>,
  clock: Clock,
  { everyMs, withinMs, signal }: { everyMs: number; withinMs: number; signal?: AbortSignal }
): Promise<boolean> => {
  const until = clock.monotonicMs() + withinMs
  for (;;) {
    if (await ask()) return true
    if (clock.monotonicMs() >= until) return false
    await clock.sleep(everyMs, signal)
  }
}
