import { type DeadLetter, MAX_PAYLOAD_BYTES } from '../market/records/dead-letter.ts'
import type { DeadLetterReason } from '../market/records/dead-letter-reason.ts'

/** What is known of something that cannot be used, besides its bytes. */
type About = Pick<DeadLetter, 'stage' | 'detail' | 'origin' | 'receivedAt'> & { readonly reason: DeadLetterReason }

/** A dead letter that holds the exact bytes, cut when they are longer than `mostBytes`. */
export const deadLetterOf = (about: About, bytes: Buffer, mostBytes = MAX_PAYLOAD_BYTES): DeadLetter => {
  const cut = bytes.length > mostBytes ? { truncated: true as const, size: bytes.length } : {}
  return { ...about, payload: bytes.subarray(0, mostBytes).toString('base64'), ...cut }
}

/** A dead letter with less of its payload. */
export const cutLetter = (letter: DeadLetter, mostBytes: number): DeadLetter => {
  const payload = Buffer.from(letter.payload, 'base64')
  const cutPayload = payload.subarray(0, mostBytes).toString('base64')
  return { ...letter, payload: cutPayload, truncated: true, size: letter.size ?? payload.length }
}
