import type { EpochMs } from '../../time.ts'
import { count, type RecordTable, record, time } from '../fields.ts'
import { ALERT, type Alert } from './alert.ts'

/** An alert on its way to a receiver that has not taken it. */
export type AlertRetry = {
  readonly alert: Alert
  readonly tries: number
  readonly since: EpochMs
  readonly notBefore: EpochMs
}

export const ALERT_RETRY: RecordTable<AlertRetry> = {
  name: 'AlertRetry',
  doc: 'An alert on its way to a receiver that has not taken it',
  fields: {
    alert: record(ALERT, 'what is to be sent'),
    tries: count('how often it has been sent', 'requests'),
    since: time('when it was sent first'),
    notBefore: time('it is not sent again before')
  }
}
