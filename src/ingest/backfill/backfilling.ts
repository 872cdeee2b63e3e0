import type { IdLedger, IdRange } from '../../market/id-ledger.ts'
import type { BackfillPosition } from '../../market/records/feed/backfill-position.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Output } from '../transport/output.ts'
import type { AskHistory } from './ask-history.ts'

/** What a backfill works with. */
export type Backfilling = {
  readonly position: BackfillPosition
  /** Its gaps are the ids to ask for. */
  readonly wanted: IdLedger
  /** Gaps of `gaps` that were not filled, up to now. */
  readonly unfilled: readonly Gap[]
  /** Whether no ids are missing before its first, so that its end may be said to be complete. */
  readonly isJoined: boolean
  readonly ask: AskHistory
  readonly output: Pick<Output, 'send' | 'onRefused'>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** So many ids more are done. */
  readonly onDone: (ids: number) => void
}

/** How many trades were published, and the ids that history does not have, or that the broker refuses. */
export type Backfilled = { readonly trades: number; readonly absent: readonly IdRange[] }
