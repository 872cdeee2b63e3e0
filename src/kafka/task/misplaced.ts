import { TickstreamError } from '../../market/error.ts'

/** A key has one partition: elsewhere it would have a second state, and two truths would be published of it. */
export const misplaced = (key: string, partition: number): TickstreamError =>
  new TickstreamError(
    'TS-DATA',
    `${key} does not belong into partition ${partition}: let its writer use Kafka's default partitioner (murmur2 of the key)`
  )
