import type { Kafka } from 'kafkajs'
import type { StoredPosition } from '../../stream/log-identity.ts'
import { type Place, placeKey } from '../../stream/sink.ts'
import type { Epoch } from '../client/wire/epoch-end.ts'
import { withAdmin } from '../client/with-admin.ts'
import type { Logs, TopicLog } from './logs.ts'
import { type Held, heldOffsets, resumeOffset, type Start } from './resume-offsets.ts'

/** Where partitions go on, beside where they end and the leader epochs that they are in now. */
export type ResumeOffset = Start & {
  readonly high: bigint
  readonly leaderEpochNow: number | null
  /** How many the topic has. */
  readonly partitions: number
}

/** Epochs are numbers of one log: those of another would be answered, and mean nothing. */
const epochOf = (place: Place, stored: StoredPosition | undefined, now: TopicLog | undefined): Epoch | null => {
  const leaderEpoch = stored?.log?.leaderEpoch ?? null
  if (leaderEpoch === null || now?.topicId !== stored?.log?.topicId) return null
  return { topic: place.topic, partition: place.partition, leaderEpoch }
}

/** Looks up where partitions go on. `stored`: by `placeKey`. Throws an `environment` error that names topics that are missing. */
export const findResumeOffsets = async (
  { kafka, logs }: { readonly kafka: Kafka; readonly logs: Logs },
  places: readonly Place[],
  stored: ReadonlyMap<string, StoredPosition>
): Promise<readonly ResumeOffset[]> => {
  const topics = [...new Set(places.map(place => place.topic))]
  const mine = new Set(places.map(placeKey))
  const all = await withAdmin(kafka, admin => heldOffsets(admin, topics))
  const held = all.filter(at => mine.has(placeKey(at)))
  const now = await logs.describe(topics)
  const epochs = held.map(at => epochOf(at, stored.get(placeKey(at)), now.get(at.topic)))
  const ends = await logs.epochEnds(epochs.filter(epoch => epoch !== null))
  return held.map((at: Held) => {
    const log = now.get(at.topic) ?? null
    const start = resumeOffset(
      { ...at, log, epochEnd: ends.get(placeKey(at)) ?? null },
      stored.get(placeKey(at)) ?? null
    )
    const partitions = all.filter(({ topic }) => topic === at.topic).length
    return { ...start, high: at.high, leaderEpochNow: log?.leaderEpochs.get(at.partition) ?? null, partitions }
  })
}
