import type { InEpoch } from '../../epoch.ts'
import type { EpochMs } from '../../time.ts'

/** A hole in an instrument's trade ids (inclusive), as the ledger topic `gaps` knows it. */
export type Gap = InEpoch & {
  readonly exchange: string
  readonly symbol: string
  readonly fromId: string
  readonly toId: string
  readonly count: number
  readonly detectedAt: EpochMs
  readonly status: 'open' | 'filled' | 'unrecoverable'
  readonly cause: 'disconnect' | 'restart' | 'skipped'
  /** null while open */
  readonly closedAt: EpochMs | null
  /** Why trades are unrecoverable that history may have: it refused, or did not answer, for hours. Absent where it does not have them. */
  readonly reason?: 'refused' | 'unanswered'
  /** What history refused with. */
  readonly httpStatus?: number
}
