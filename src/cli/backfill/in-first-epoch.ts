import type { Counted } from '../../aggregate/state/counted.ts'
import { epochOfOrdinal } from '../../market/epoch.ts'
import { TickstreamError } from '../../market/error.ts'

/** History has one chain of ids, and the candles two: which trade an id names cannot be told. */
export const inFirstEpoch = (counted: Counted | null, key: string): Counted | null => {
  if (counted === null || epochOfOrdinal(counted.lastId) === 0) return counted
  throw new TickstreamError(
    'TS-CONFIG',
    `${key}: the exchange has begun its trade ids anew; a backfill would mix both chains. Run ingest and backfill under a fresh TOPIC_PREFIX, where the new ids are the first ones`
  )
}
