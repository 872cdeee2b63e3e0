import type { KafkaMessage } from 'kafkajs'
import { epochMs } from '../../market/time.ts'
import type { Incoming } from '../../stream/topic.ts'

/** The patched client puts one such message in the place of a batch that it cannot read. */
type ClientMessage = KafkaMessage & { readonly unreadable?: string }

/** A message of the client as a record of `topic`, whichever name that is to have. */
export const incomingRecord = (
  topic: string,
  partition: number,
  { offset, timestamp, key, value, headers = {}, unreadable }: ClientMessage
): Incoming => ({
  topic,
  partition,
  offset,
  timestamp: epochMs(Number(timestamp)),
  key,
  value,
  headers,
  ...(unreadable === undefined ? {} : { unreadable })
})
