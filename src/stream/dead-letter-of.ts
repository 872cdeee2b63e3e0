import { type DeadLetter, MAX_PAYLOAD_BYTES } from '../market/records/dead-letter.ts'

/** A dead letter that holds the exact bytes, cut when they are longer than a record may be. */
export const deadLetterOf = (
  about: Pick<DeadLetter, 'stage' | 'reason' | 'detail' | 'origin' | 'receivedAt'>,
  bytes: Buffer
): DeadLetter => {
  const kept = bytes.length > MAX_PAYLOAD_BYTES ? bytes.subarray(0, MAX_PAYLOAD_BYTES) : bytes
  const cut = kept.length < bytes.length ? { truncated: true as const, size: bytes.length } : {}
  return { ...about, payload: kept.toString('base64'), ...cut }
}
