import { metrics } from '../../runtime/observe/metrics.ts'
import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'

/** The lag of a sink's partitions, told by their owner alone. */
export type SinkLag = {
  /** Where a partition ends. */
  readonly ends: (place: TopicPartition, high: bigint) => void
  /** How far a partition is stored. */
  readonly stored: (place: TopicPartition, next: bigint) => void
  /** Forgets all partitions but these. */
  readonly keepOnly: (places: readonly TopicPartition[]) => void
}

export const createSinkLag = (consumergroup: string): SinkLag => {
  const ends = new Map<string, TopicPartition & { readonly high: bigint }>()
  return {
    ends: ({ topic, partition }, high) =>
      void ends.set(topicPartitionKey({ topic, partition }), { topic, partition, high }),
    stored: (place, next) => {
      const { topic, partition } = place
      const lag = Math.max(0, Number((ends.get(topicPartitionKey(place))?.high ?? next) - next))
      metrics.consumerLag.set({ consumergroup, topic, partition }, lag)
    },
    keepOnly: places => {
      const own = new Set(places.map(topicPartitionKey))
      for (const [key, { topic, partition }] of [...ends].filter(([key]) => !own.has(key))) {
        ends.delete(key)
        metrics.consumerLag.remove({ consumergroup, topic, partition })
      }
    }
  }
}
