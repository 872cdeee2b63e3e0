import type { Clock } from '../../runtime/clock.ts'

/** Longer than this nothing else waits, Ctrl-C for one. */
const TURN_MS = 50

/** Takes steps to their end, and lets others have their turn between them. Rejects with the signal's reason when it is raised. */
export const inTurns = async <T>(steps: Generator<undefined, T>, clock: Clock, signal: AbortSignal): Promise<T> => {
  let since = clock.monotonicMs()
  for (;;) {
    signal.throwIfAborted()
    const { done, value } = steps.next()
    if (done) return value
    if (clock.monotonicMs() - since < TURN_MS) continue
    await clock.sleep(0, signal)
    since = clock.monotonicMs()
  }
}
