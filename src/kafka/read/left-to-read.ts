import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import type { OffsetRange } from '../admin/log/resume-offsets.ts'

/** Records that are to be read, by topic (without the prefix); a topic that has none is left out. */
export type Left = ReadonlyMap<string, number>

/** What is still to be read of what was there when the broker was asked last. */
export type LeftToRead = {
  /** A partition is read up to there. */
  readonly moveOn: (place: TopicPartition, next: bigint) => void
  /** The broker was away: nobody knows what came meanwhile. */
  readonly forget: () => void
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
  let behind: ReadonlyMap<string, OffsetRange> | null = null
  let isAsking = false
  let forgotten = 0
  const positionOf = (key: string): bigint => positions.get(key) ?? 0n
  const report = (): void => {
    const left = new Map<string, number>()
    const add = ({ topic }: TopicPartition, count: number): void => {
      const name = topic.slice(prefix.length)
      left.set(name, (left.get(name) ?? 0) + count)
    }
    for (const [key, at] of behind ?? []) add(at, Number(at.high - positionOf(key)))
    if (behind === null) for (const at of ends) add(at, Number.POSITIVE_INFINITY)
    onLeft(left)
  }
  const know = (now: readonly OffsetRange[]): void => {
    const keyed = now.map(at => [topicPartitionKey(at), at] as const)
    behind = new Map(keyed.filter(([key, { high }]) => high > positionOf(key)))
    report()
  }
  const ask = async (): Promise<void> => {
    const before = forgotten
    const now = await askEnds()
    if (before === forgotten) know(now)
  }
  know(ends)
  return {
    moveOn: (place, next) => {
      const key = topicPartitionKey(place)
      if (next <= positionOf(key)) return
      positions.set(key, next)
      const at = behind?.get(key)
      if (!at || !behind) return
      if (next >= at.high) behind = new Map([...behind].filter(([one]) => one !== key))
      report()
    },
    forget: () => {
      forgotten++
      behind = null
      report()
    },
    isKnown: () => behind !== null,
    measure: async () => {
      if (isAsking) return
      isAsking = true
      await ask().catch(() => undefined)
      isAsking = false
    }
  }
}
