import type { InEpoch } from '../../epoch.ts'
import type { EpochMs } from '../../time.ts'
import { EPOCH, INSTRUMENT, optional, type RecordTable, time, wholeId } from '../fields.ts'

/** How far an instrument's feed was complete: every trade up to `lastId` stands in `raw_ticks`, open gaps of `gaps` apart. */
export type Position = InEpoch & {
  readonly exchange: string
  readonly symbol: string
  readonly lastId: string
  readonly time: EpochMs
  readonly doubtedSince?: EpochMs
}

export const POSITION: RecordTable<Position> = {
  name: 'Position',
  doc: 'How far a feed was complete: ingest goes on from there',
  fields: {
    ...INSTRUMENT,
    lastId: wholeId('every trade up to this id stands in raw_ticks, open gaps apart'),
    time: time('the exchange’s time up to which the newest heartbeat called the feed complete'),
    doubtedSince: optional(
      time('since when the exchange may count its trades anew'),
      'it is not known whether it counts them anew'
    ),
    epoch: EPOCH
  }
}
