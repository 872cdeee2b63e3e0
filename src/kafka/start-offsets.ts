import type { Admin } from 'kafkajs'
import { TickstreamError } from '../market/error.ts'
import { type Place, placeKey } from '../stream/sink.ts'

/** What a partition holds: `[low, high)`. */
export type Held = Place & { readonly low: bigint; readonly high: bigint }

/** Where to read a partition on from, and what an operator has to know when that is not where it was left. */
export type Start = Place & {
  /** As it was stored; null: nothing yet. */
  readonly stored: bigint | null
  readonly next: bigint
  /** Records that were deleted before they were read. */
  readonly lost: bigint
  readonly problem: string | null
}

/** A partition goes on where it was left, from its beginning when it is new, and never skips anything without a word. Pure. */
export const startOf = (held: Held, stored: bigint | null): Start => {
  const { topic, partition, low, high } = held
  const start = { topic, partition, stored, next: low, lost: 0n, problem: null }
  if (stored === null) return start
  if (stored < low) {
    const lost = low - stored
    const problem = `${lost} records of ${placeKey(held)} (offsets ${stored}..${low - 1n}) were deleted by retention before they were read; going on at ${low}. Raise retention.ms, or keep the stage running`
    return { ...start, lost, problem }
  }
  if (stored > high) {
    const problem = `${placeKey(held)} ends at ${high}, though offset ${stored} had been reached: the topic was made anew; starting at ${low}`
    return { ...start, problem }
  }
  return { ...start, next: stored }
}

/** What the partitions of a topic hold, which is there. */
export const heldBy = async (admin: Admin, topic: string): Promise<readonly Held[]> => {
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets.map(at => ({ topic, partition: at.partition, low: BigInt(at.low), high: BigInt(at.high) }))
}

/**
 * What the partitions of some topics hold. One topic is asked about after the other: where several brokers answer, the client
 * forgets the partitions of one while it learns those of the next. Throws an `environment` error that names those that are missing.
 */
export const heldOffsets = async (admin: Admin, topics: readonly string[]): Promise<readonly Held[]> => {
  const known = new Set(await admin.listTopics())
  const wanted = [...new Set(topics)]
  const missing = wanted.filter(topic => !known.has(topic))
  if (missing.length > 0)
    throw new TickstreamError(
      'environment',
      `${missing.join(', ')} cannot be read: missing on the broker; run \`tickstream topics apply\``
    )
  const held: Held[] = []
  for (const topic of wanted) held.push(...(await heldBy(admin, topic)))
  return held
}
