import { TickstreamError } from '../../market/error.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { isRequestRefused } from './refusal.ts'

/** Reports something that cannot be had for a while: once in the log when it begins and when it ends, and in health meanwhile. */
export type Outage = {
  /** What was asked for this instrument has failed. */
  readonly failed: (error: unknown, instrument: Instrument) => void
  readonly ended: () => void
}

/** `part` names it in health, `what` in the log. */
export const createOutage = (options: {
  readonly part: string
  readonly what: string
  readonly log: Logger
  readonly health: Health
}): Outage => {
  const { part, what, log, health } = options
  let failing = false
  const reported = new Set<string>()
  /** Of one instrument alone the exchange says that it is wrong: no outage, and reported once. */
  const refusedOne = (detail: string, symbol: string): void => {
    health.note(`${part} ${symbol}`, detail)
    if (!reported.has(symbol)) log.error({ detail, symbol }, `${what} of one symbol cannot be read; check SYMBOLS`)
    reported.add(symbol)
  }
  return {
    failed: (error, { symbol }) => {
      const detail = error instanceof Error ? error.message : String(error)
      if (isRequestRefused(error)) return refusedOne(detail, symbol)
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
