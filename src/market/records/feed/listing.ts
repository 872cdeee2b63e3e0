import type { Instrument } from '../../instrument.ts'
import type { EpochMs } from '../../time.ts'
import { INSTRUMENT, nullable, type RecordTable, text, time } from '../fields.ts'

/** What an exchange's own list said of an instrument when it was asked last. */
export type Listing = Instrument & {
  readonly status: string | null
  readonly checkedAt: EpochMs
}

export const LISTING: RecordTable<Listing> = {
  name: 'Listing',
  doc: 'What an exchange’s own list said of an instrument when it was asked last',
  fields: {
    ...INSTRUMENT,
    status: nullable(text('the exchange’s own word for it, as TRADING, HALT or BREAK'), 'its list does not hold it'),
    checkedAt: time('when it was asked, by the clock of the machine that asked')
  }
}
