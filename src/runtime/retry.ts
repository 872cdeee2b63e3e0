import { TickstreamError } from '../market/error.ts'
import { backOffMs } from './back-off.ts'
import type { Clock } from './clock.ts'

/** How failures that may pass are gone about. */
export type RetryPolicy = {
  readonly waits: { readonly firstMs: number; readonly mostMs: number }
  /** Without end where it is not said. */
  readonly attempts?: number
  readonly clock: Pick<Clock, 'sleep'>
  readonly random: () => number
  readonly signal?: AbortSignal
  /** Whether a failure may pass by itself; by its code, where it is not said. */
  readonly mayPass?: (error: unknown) => boolean
  /** Told of each failure that is followed by another attempt. */
  readonly onFailure?: (error: unknown) => void
  /** How many failures there were in a row. Work that goes on for long sets it to 0 when it gets somewhere. */
  readonly failures?: { count: number }
}

const isRetryable = (error: unknown): boolean => error instanceof TickstreamError && error.retryable

/** Does `work` until it succeeds, with a longer wait after each failure in a row; throws what does not pass, and the reason of the signal. */
export const retry = async <T>(work: () => Promise<T>, policy: RetryPolicy): Promise<T> => {
  const { waits, attempts = Number.POSITIVE_INFINITY, clock, random, signal, mayPass = isRetryable } = policy
  const { failures = { count: 0 } } = policy
  for (;;) {
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      failures.count += 1
      if (failures.count >= attempts || !mayPass(error)) throw error
      policy.onFailure?.(error)
      const wish = error instanceof TickstreamError ? error.retryAfterMs : 0
      await clock.sleep(Math.max(wish, backOffMs(failures.count - 1, waits, random)), signal)
    }
  }
}
