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
    const problem = `${lost} records of ${placeKey(held)} (offsets ${stored}..${low - 1n}) were deleted by retention before they were stored; going on at ${low}. Raise retention.ms, or keep the sink running`
    return { ...start, lost, problem }
  }
  if (stored > high) {
    const problem = `${placeKey(held)} ends at ${high}, though offset ${stored} had been reached: the topic was made anew; starting at ${low}`
    return { ...start, problem }
  }
  return { ...start, next: stored }
}

const isUnknown = (error: unknown): boolean =>
  error instanceof Error && 'type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION'

const heldBy = async (admin: Admin, topic: string): Promise<readonly Held[]> => {
  try {
    const offsets = await admin.fetchTopicOffsets(topic)
    return offsets.map(at => ({ topic, partition: at.partition, low: BigInt(at.low), high: BigInt(at.high) }))
  } catch (cause) {
    if (!isUnknown(cause)) throw cause
    throw new TickstreamError('environment', `topic ${topic} is missing; run \`tickstream topics apply\``, { cause })
  }
}

/** What the partitions of some topics hold. Throws an `environment` error when one is missing. */
export const heldOffsets = async (admin: Admin, topics: readonly string[]): Promise<readonly Held[]> =>
  (await Promise.all([...new Set(topics)].map(topic => heldBy(admin, topic)))).flat()
