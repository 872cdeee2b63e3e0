import type { InEpoch } from '../../epoch.ts'
import type { EpochMs } from '../../time.ts'

/** How far an instrument's feed was whole: every trade up to `lastId` stands in `raw_ticks`, open holes of `gaps` apart. */
export type Position = InEpoch & {
  readonly exchange: string
  readonly symbol: string
  readonly lastId: string
  /** The exchange's time that the newest heartbeat vouched for. */
  readonly time: EpochMs
  /** Since when it is not known whether the exchange counts its trades anew; absent: it does not. */
  readonly doubtedSince?: EpochMs
}
