import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import type { OffsetRange } from '../admin/log/resume-offsets.ts'

/** Records that are to be read, by topic (without the prefix); a topic that has none is left out. */
export type Left = ReadonlyMap<string, number>

/** What is still to be read of what was there when the broker was asked last. */
export type LeftToRead = {
  /** A partition is read up to there. */
  readonly advanceTo: (topicPartition: TopicPartition, next: bigint) => void
  /** The broker was away: nobody knows what came meanwhile. */
  readonly invalidate: () => void
  readonly isKnown: () => boolean
  /** Asks the broker where the partitions end, unless it is being asked; a failure leaves everything as it is. */
  readonly measure: () => Promise<void>
}

/** What it works with. */
type Options = {
  readonly prefix: string
  /** Where the partitions ended when reading began. */
  readonly ends: readonly OffsetRange[]
  /** The next offset of each partition, by `topicPartitionKey`. */
  readonly positions: Map<string, bigint>
  readonly askEnds: () => Promise<readonly OffsetRange[]>
  readonly onLeft: (left: Left) => void
}

/** Tells at once what is left, and again with each change. */
export const createLeftToRead = ({ prefix, ends, positions, askEnds, onLeft }: Options): LeftToRead => {
  let remaining: ReadonlyMap<string, OffsetRange> | null = null
  let isAsking = false
  let invalidations = 0
  const positionOf = (key: string): bigint => positions.get(key) ?? 0n
  const report = (): void => {
    const left = new Map<string, number>()
    const add = ({ topic }: TopicPartition, count: number): void => {
      const name = topic.slice(prefix.length)
      left.set(name, (left.get(name) ?? 0) + count)
    }
    for (const [key, at] of remaining ?? []) add(at, Number(at.high - positionOf(key)))
    if (remaining === null) for (const at of ends) add(at, Number.POSITIVE_INFINITY)
    onLeft(left)
  }
  const setEnds = (now: readonly OffsetRange[]): void => {
    const keyed = now.map(at => [topicPartitionKey(at), at] as const)
    remaining = new Map(keyed.filter(([key, { high }]) => high > positionOf(key)))
    report()
  }
  const ask = async (): Promise<void> => {
    const before = invalidations
    const now = await askEnds()
    if (before === invalidations) setEnds(now)
  }
  setEnds(ends)
  return {
    advanceTo: (topicPartition, next) => {
      const key = topicPartitionKey(topicPartition)
      if (next <= positionOf(key)) return
      positions.set(key, next)
      const at = remaining?.get(key)
      if (!at || !remaining) return
      if (next >= at.high) remaining = new Map([...remaining].filter(([one]) => one !== key))
      report()
    },
    invalidate: () => {
      invalidations++
      remaining = null
      report()
    },
    isKnown: () => remaining !== null,
    measure: async () => {
      if (isAsking) return
      isAsking = true
      await ask().catch(() => undefined)
      isAsking = false
    }
  }
}
