import { metrics } from '../../runtime/observe/metrics.ts'
import { type Place, placeKey } from '../../stream/sink.ts'

/** The lag of a sink's partitions, told by their owner alone. */
export type SinkLag = {
  /** Where a partition ends. */
  readonly ends: (place: Place, high: bigint) => void
  /** How far a partition is stored. */
  readonly stored: (place: Place, next: bigint) => void
  /** Forgets all partitions but these. */
  readonly keepOnly: (places: readonly Place[]) => void
}

export const createSinkLag = (consumergroup: string): SinkLag => {
  const ends = new Map<string, Place & { readonly high: bigint }>()
  return {
    ends: ({ topic, partition }, high) => void ends.set(placeKey({ topic, partition }), { topic, partition, high }),
    stored: (place, next) => {
      const { topic, partition } = place
      const lag = Math.max(0, Number((ends.get(placeKey(place))?.high ?? next) - next))
      metrics.consumerLag.set({ consumergroup, topic, partition }, lag)
    },
    keepOnly: places => {
      const own = new Set(places.map(placeKey))
      for (const [key, { topic, partition }] of [...ends].filter(([key]) => !own.has(key))) {
        ends.delete(key)
        metrics.consumerLag.remove({ consumergroup, topic, partition })
      }
    }
  }
}
