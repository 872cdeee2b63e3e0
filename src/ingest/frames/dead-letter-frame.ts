import { type DeadLetter, MAX_PAYLOAD_BYTES } from '../../market/records/dead-letter.ts'
import type { EpochMs } from '../../market/time.ts'

/** A frame that nobody can read, with its exact bytes; the beginning of them where they are too many. */
export const deadLetterFrame = (
  from: { readonly exchange: string; readonly stream: string },
  why: { readonly reason: string; readonly detail: string },
  bytes: Buffer,
  receivedAt: EpochMs
): DeadLetter => ({
  stage: 'ingest',
  reason: why.reason,
  detail: why.detail,
  origin: { exchange: from.exchange, stream: from.stream },
  receivedAt,
  payload: bytes.subarray(0, MAX_PAYLOAD_BYTES).toString('base64'),
  ...(bytes.length > MAX_PAYLOAD_BYTES ? { truncated: true as const, size: bytes.length } : {})
})
