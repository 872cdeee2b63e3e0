import type { EpochMs } from '../../time.ts'

/** How far a backfill has come: every id of `fromId..toId` before `nextId` that was wanted stands in `raw_ticks`. */
export type BackfillPosition = {
  readonly exchange: string
  readonly symbol: string
  /** The range of time as it was asked for, which names the backfill. */
  readonly from: EpochMs
  readonly to: EpochMs
  /** The first and the last trade of it, as they were found at its beginning. */
  readonly fromId: string
  readonly toId: string
  /** `toId` is the last trade that was printed before. */
  readonly provenTo: EpochMs
  readonly nextId: string
}
