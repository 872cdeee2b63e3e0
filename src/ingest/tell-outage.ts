import { TickstreamError } from '../market/error.ts'
import type { Health } from '../runtime/health.ts'
import type { Logger } from '../runtime/log.ts'

/** Tells of something that cannot be had for a while: once in the log when it begins and when it ends, and in health meanwhile. */
export type Outage = {
  readonly failed: (error: unknown) => void
  readonly ended: () => void
}

/** `part` names it in health, `what` in the log. */
export const createOutage = (of: {
  readonly part: string
  readonly what: string
  readonly log: Logger
  readonly health: Health
}): Outage => {
  const { part, what, log, health } = of
  let failing = false
  return {
    failed: error => {
      const detail = error instanceof Error ? error.message : String(error)
      const isWrong = error instanceof TickstreamError && !error.retryable
      if (!failing) log[isWrong ? 'error' : 'warn']({ detail }, `${what} cannot be read; asking again`)
      failing = true
      health.report(part, detail)
    },
    ended: () => {
      if (!failing) return
      failing = false
      log.info(`${what} can be read again`)
      health.report(part, null)
    }
  }
}
