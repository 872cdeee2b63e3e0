import { TickstreamError } from '../../market/error.ts'
import { backOffMs } from '../../runtime/back-off.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'

/** What an outage is told to and waited out with. */
export type Waiting = {
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
  /** The part that `/readyz` names. */
  readonly part: string
  readonly signal: AbortSignal
}

const RETRY = { firstMs: 200, mostMs: 10_000 }

const isPassing = (error: unknown): error is TickstreamError => error instanceof TickstreamError && error.retryable

/**
 * Does `work` until it succeeds or fails for good, and says how often it had to wait. Warns once an outage, and once when it is over.
 * `isPointless` ends the waiting early with the last error, for example when someone else has the work now.
 */
export const retryWhileUnavailable = async <T>(
  work: () => Promise<T>,
  { clock, log, health, part, signal }: Waiting,
  isPointless: () => boolean = () => false
): Promise<{ readonly result: T; readonly failures: number }> => {
  for (let failures = 0; ; failures++) {
    try {
      const result = await work()
      if (failures > 0) log.info({ failures }, `${part} goes on`)
      health.report(part, null)
      return { result, failures }
    } catch (error) {
      if (!isPassing(error) || signal.aborted || isPointless()) throw error
      if (failures === 0)
        log.warn({ err: error }, `${part} waits; nothing is lost, trying again until there is an answer`)
      health.report(part, error.message)
      await clock.sleep(Math.max(error.retryAfterMs, backOffMs(failures, RETRY, Math.random)), signal)
    }
  }
}
