import { TickstreamError } from '../../market/error.ts'
import { backOffMs } from '../../runtime/back-off.ts'
import type { Clock } from '../../runtime/clock.ts'

/** How a command, which somebody waits for, goes about failures that may pass. */
export type RetryPolicy = {
  readonly attempts: number
  readonly clock: Clock
  readonly random: () => number
  readonly signal: AbortSignal
}

const RETRY = { firstMs: 250, mostMs: 8_000 }

const mayPass = (error: unknown): boolean =>
  error instanceof TickstreamError && (error.retryable || error.code === 'data')

/** Asks again, less and less often, while it fails in a way that may pass; throws the last failure. */
export const retry = async <T>(ask: () => Promise<T>, patience: RetryPolicy): Promise<T> => {
  const { attempts, clock, random, signal } = patience
  for (let failures = 0; ; failures++) {
    try {
      return await ask()
    } catch (error) {
      signal.throwIfAborted()
      if (failures + 1 >= attempts || !mayPass(error)) throw error
      await clock.sleep(backOffMs(failures, RETRY, random), signal)
    }
  }
}
