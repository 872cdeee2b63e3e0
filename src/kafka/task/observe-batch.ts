import { metrics } from '../../runtime/observe/metrics.ts'
import type { RecordBatch } from '../client/consumer-session.ts'
import type { TaskOptions } from './task-options.ts'

/** Shows how far a topology is behind the market, and behind its input. */
export const observeBatch = <State, In, Out>(
  { prefix, topology, clock }: TaskOptions<State, In, Out>,
  batch: RecordBatch
): void => {
  const newest = batch.messages.at(-1)
  if (newest && Number(newest.timestamp) >= 0)
    metrics.eventLag.observe({ stage: topology.name }, Math.max(0, clock.now() - Number(newest.timestamp)) / 1000)
  metrics.consumerLag.set(
    { consumergroup: prefix + topology.name, topic: batch.topic, partition: batch.partition },
    Math.max(0, Number(batch.highWatermark - batch.next))
  )
}
