import { type Counted, countedOf, isCountedPart } from '../../aggregate/state/counted.ts'
import type { createKafka } from '../../kafka/client/client.ts'
import { readTable } from '../../kafka/read/table/read-table.ts'
import type { OnUnusable } from '../../kafka/read/table/read-usable.ts'
import { readChangelogParts } from '../../kafka/task/commit/read-changelog-parts.ts'
import { epochOfOrdinal } from '../../market/epoch.ts'
import { TickstreamError } from '../../market/error.ts'
import { instrumentKey } from '../../market/instrument.ts'
import type { BackfillPosition } from '../../market/records/feed/backfill-position.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { TimeRange } from '../../research/time-range-flags.ts'
import { backfillState, gaps, stateTopic } from '../../topics.ts'

/** History has one chain of ids, and the candles two: which trade an id names cannot be told. */
export const inFirstEpoch = (counted: Counted | null, key: string): Counted | null => {
  if (counted === null || epochOfOrdinal(counted.lastId) === 0) return counted
  throw new TickstreamError(
    'TS-CONFIG',
    `${key}: the exchange has begun its trade ids anew; a backfill would mix both chains. Run ingest and backfill under a fresh TOPIC_PREFIX, where the new ids are the first ones`
  )
}

/** What stands in Kafka of a range before its backfill begins. */
export type Known = {
  /** What the candles hold; null where there are none. */
  readonly counted: Counted | null
  /** Gaps that were not filled. */
  readonly unfilled: readonly Gap[]
  /** Where an earlier run of the same backfill has come to. */
  readonly position: BackfillPosition | null
}

export const whatIsKnown = async (
  kafka: ReturnType<typeof createKafka>,
  prefix: string,
  { instrument, from, to }: TimeRange,
  signal: AbortSignal,
  onUnusable: OnUnusable
): Promise<Known> => {
  const key = instrumentKey(instrument)
  const [parts, allGaps, positions] = await Promise.all([
    readChangelogParts(kafka, prefix + stateTopic('aggregate'), key, isCountedPart, signal),
    readTable(kafka, prefix, gaps, signal, onUnusable),
    readTable(kafka, prefix, backfillState, signal, onUnusable)
  ])
  return {
    counted: inFirstEpoch(countedOf(parts), key),
    unfilled: allGaps.filter(gap => instrumentKey(gap) === key && gap.status !== 'filled'),
    position: positions.find(one => instrumentKey(one) === key && one.from === from && one.to === to) ?? null
  }
}
