import type { Clock } from '../../runtime/clock.ts'
import { refusalKind } from '../transport/refusal.ts'
import type { Rest } from '../transport/rest.ts'

/** When the list of an exchange is looked at: at its times, and before them where a symbol seems to be gone. */
export type LookTimes = {
  /** The list is looked at soon, at most once in `MIN_MS`. */
  readonly hasten: () => void
  readonly wait: (ms: number) => Promise<void>
}

const MIN_MS = 300_000

export const createLookTimes = (clock: Clock, signal: AbortSignal): LookTimes => {
  let hastened = new AbortController()
  return {
    hasten: () => hastened.abort(),
    wait: async ms => {
      const atLeast = Math.min(ms, MIN_MS)
      await clock.sleep(atLeast, signal)
      if (ms > atLeast)
        await clock
          .sleep(ms - atLeast, AbortSignal.any([signal, hastened.signal]))
          .catch(error => (signal.aborted || !hastened.signal.aborted ? Promise.reject(error) : undefined))
      hastened = new AbortController()
    }
  }
}

/** The same interface; `onUnknown` is told when the exchange says that it does not know a symbol. */
export const noticeUnknown = ({ ask }: Rest, onUnknown: () => void): Rest => ({
  ask: (request, share) =>
    ask(request, share).catch(error => {
      if (refusalKind(error) === 'unknown-symbol') onUnknown()
      throw error
    })
})
