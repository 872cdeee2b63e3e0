import type { EpochMs } from '../../time.ts'
import { INSTRUMENT, id, type RecordTable, time } from '../fields.ts'

/** How far a backfill has come: every id of `fromId..toId` before `nextId` that was wanted stands in `raw_ticks`. */
export type BackfillPosition = {
  readonly exchange: string
  readonly symbol: string
  readonly from: EpochMs
  readonly to: EpochMs
  readonly fromId: string
  readonly toId: string
  readonly provenTo: EpochMs
  readonly nextId: string
}

export const BACKFILL_POSITION: RecordTable<BackfillPosition> = {
  name: 'BackfillPosition',
  doc: 'How far a backfill has come',
  fields: {
    ...INSTRUMENT,
    from: time('beginning of the time range as it was asked for; with its end it names the backfill'),
    to: time('end of the time range as it was asked for'),
    fromId: id('id of its first trade, as it was found at the beginning'),
    toId: id('id of its last trade, as it was found at the beginning'),
    provenTo: time('toId is the last trade that was printed before'),
    nextId: id('every wanted trade before this id stands in raw_ticks')
  }
}
