import { topicPartitionKey } from '../../stream/sink.ts'
import { readPositions, setPositions } from './offsets.ts'
import { createPool } from './pool.ts'

/** Positions of one stopped group in one topic (both the broker's names), as an operator reads and sets them. */
export type StoredPositions = {
  readonly read: (partitions: readonly number[]) => Promise<ReadonlyMap<number, bigint>>
  readonly set: (positions: readonly { readonly partition: number; readonly next: bigint }[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens the positions that the PostgreSQL sink keeps beside its rows. */
export const openStoredPositions = (url: string, group: string, topic: string): StoredPositions => {
  const pool = createPool(url, 'replay', { access: 'write' })
  return {
    read: async partitions => {
      const topicPartitions = partitions.map(partition => ({ topic, partition }))
      const stored = await readPositions(pool, group, topicPartitions)
      return new Map(
        topicPartitions.flatMap(topicPartition => {
          const position = stored.get(topicPartitionKey(topicPartition))
          return position === undefined ? [] : [[topicPartition.partition, position.next] as const]
        })
      )
    },
    set: positions =>
      setPositions(
        pool,
        group,
        positions.map(position => ({ topic, ...position }))
      ),
    close: () => pool.end()
  }
}
