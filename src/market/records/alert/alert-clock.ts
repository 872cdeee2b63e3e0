import type { EpochMs } from '../../time.ts'
import { type RecordTable, time } from '../fields.ts'

/** What time it is, told to every partition. */
export type AlertClock = { readonly time: EpochMs }

export const ALERT_CLOCK: RecordTable<AlertClock> = {
  name: 'AlertClock',
  doc: 'What time it is, in every partition',
  fields: { time: time('now, by the clock of alert') }
}
