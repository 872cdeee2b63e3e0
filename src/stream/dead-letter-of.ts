import { type DeadLetter, MAX_PAYLOAD_BYTES } from '../market/dead-letter.ts'
import type { EpochMs } from '../market/time.ts'
import type { Incoming } from './topic.ts'

/** The dead letter of a record that `stage` read at `receivedAt` and could not use: its exact bytes (cut at 8 MiB) and its origin. */
export const deadLetterOf = (
  stage: string,
  record: Incoming,
  why: { readonly reason: string; readonly detail: string },
  receivedAt: EpochMs
): DeadLetter => {
  const bytes = record.value ?? Buffer.alloc(0)
  return {
    stage,
    reason: why.reason,
    detail: why.detail,
    origin: { topic: record.topic, partition: record.partition, offset: record.offset },
    receivedAt,
    payload: bytes.subarray(0, MAX_PAYLOAD_BYTES).toString('base64'),
    ...(bytes.length > MAX_PAYLOAD_BYTES ? { truncated: true as const, size: bytes.length } : {})
  }
}
