import type { EpochMs } from '../../time.ts'
import type { Alert } from './alert.ts'

/** An alert on its way to a receiver that has not taken it. */
export type AlertRetry = {
  readonly alert: Alert
  /** How often it has been sent. */
  readonly tries: number
  /** When it was sent first. */
  readonly since: EpochMs
  /** It is not sent again before. */
  readonly notBefore: EpochMs
}
