import type { DryRunPlan } from '../../alert/dry-run.ts'
import { type Observation, observedAt } from '../../alert/observation.ts'
import type { createKafka } from '../../kafka/client/client.ts'
import { readTopic } from '../../kafka/read/read-range.ts'
import { TickstreamError } from '../../market/error.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import type { Incoming } from '../../stream/topic.ts'
import type { Source } from '../../stream/topology.ts'
import { alertClock, gaps } from '../../topics.ts'

/** Where to read, and from when to when; `to` is exclusive. */
type TimeRange = {
  readonly kafka: ReturnType<typeof createKafka>
  readonly prefix: string
  readonly from: EpochMs
  readonly to: EpochMs
  readonly signal: AbortSignal
}

/** The broker knows no times of these records, so that it cannot find where to begin. */
const UNSTAMPED = new Set([gaps, alertClock].filter(topic => topic.isLocalTime).map(topic => topic.name))

/** null for what nobody can read: it raised nothing, and is a dead letter already. */
const decoded = (source: Source<Observation>, { key, value, timestamp }: Incoming): Observation | null => {
  try {
    return value && source.decode(value, { key, timestamp: String(timestamp) })
  } catch (error) {
    if (!(error instanceof TickstreamError)) throw error
    return null
  }
}

/**
 * Reads on to the end: the marks of transactions bear the time of their commit, so that a broker finds no offset behind which all is
 * later than `to`. The first offset at `from` is one before which nothing is.
 */
const readOne = (
  { kafka, prefix, from, to, signal }: TimeRange,
  source: Source<Observation>,
  onObservation: (observation: Observation) => void
): Promise<void> => {
  const isStamped = !UNSTAMPED.has(source.name)
  const handle = (records: readonly Incoming[]): void => {
    for (const record of records) {
      const found = decoded(source, record)
      if (found && observedAt(found) < to && (isStamped || observedAt(found) >= from)) onObservation(found)
    }
  }
  return readTopic(kafka, prefix + source.name, handle, { since: isStamped ? from : null, signal })
}

/** What a rule would have seen between two times, and before them as long as its windows are. A record's time is that of its window's beginning. */
export const readObservations = async (
  { sources, warmUpMs, isWanted }: DryRunPlan,
  timeRange: TimeRange
): Promise<readonly Observation[]> => {
  const observations: Observation[] = []
  const from = epochMs(timeRange.from - warmUpMs)
  for (const source of sources)
    await readOne({ ...timeRange, from }, source, found => void (isWanted(found) && observations.push(found)))
  return observations
}
