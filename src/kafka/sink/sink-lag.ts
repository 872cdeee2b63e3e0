import { metrics } from '../../runtime/observe/metrics.ts'
import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'

/** The lag of a sink's partitions; only their owner reports it. */
export type SinkLag = {
  /** Where a partition ends. */
  readonly ends: (topicPartition: TopicPartition, high: bigint) => void
  /** How far a partition is stored. */
  readonly stored: (topicPartition: TopicPartition, next: bigint) => void
  /** Removes all partitions but these. */
  readonly retainOnly: (topicPartitions: readonly TopicPartition[]) => void
}

export const createSinkLag = (consumergroup: string): SinkLag => {
  const ends = new Map<string, TopicPartition & { readonly high: bigint }>()
  return {
    ends: ({ topic, partition }, high) =>
      void ends.set(topicPartitionKey({ topic, partition }), { topic, partition, high }),
    stored: (topicPartition, next) => {
      const { topic, partition } = topicPartition
      const lag = Math.max(0, Number((ends.get(topicPartitionKey(topicPartition))?.high ?? next) - next))
      metrics.consumerLag.set({ consumergroup, topic, partition }, lag)
    },
    retainOnly: topicPartitions => {
      const own = new Set(topicPartitions.map(topicPartitionKey))
      for (const [key, { topic, partition }] of [...ends].filter(([key]) => !own.has(key))) {
        ends.delete(key)
        metrics.consumerLag.remove({ consumergroup, topic, partition })
      }
    }
  }
}
