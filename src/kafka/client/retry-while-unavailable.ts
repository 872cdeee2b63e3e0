import { TickstreamError } from '../../market/error.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { retry } from '../../runtime/retry.ts'

/** What an outage is told to and waited out with. */
export type Waiting = {
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
  /** The part that `/readyz` names. */
  readonly part: string
  readonly signal: AbortSignal
}

const WAITS = { firstMs: 200, mostMs: 10_000 }

/**
 * Does `work` until it succeeds or fails for good, and says how often it had to wait. Warns once an outage, and once when it is over.
 * `isPointless` ends the waiting early with the last error, for example when someone else has the work now.
 */
export const retryWhileUnavailable = async <T>(
  work: () => Promise<T>,
  { clock, log, health, part, signal }: Waiting,
  isPointless: () => boolean = () => false
): Promise<{ readonly result: T; readonly failures: number }> => {
  const failures = { count: 0 }
  const result = await retry(work, {
    waits: WAITS,
    clock,
    random: Math.random,
    signal,
    failures,
    mayPass: error => error instanceof TickstreamError && error.retryable && !isPointless(),
    onFailure: error => {
      if (failures.count === 1)
        log.warn({ err: error }, `${part} waits; nothing is lost, trying again until there is an answer`)
      health.report(part, error instanceof Error ? error.message : String(error))
    }
  })
  if (failures.count > 0) log.info({ failures: failures.count }, `${part} goes on`)
  health.report(part, null)
  return { result, failures: failures.count }
}
