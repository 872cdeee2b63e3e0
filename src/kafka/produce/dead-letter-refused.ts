import type { EpochMs } from '../../market/time.ts'
import { type Outgoing, outgoing } from '../../stream/topic.ts'
import { deadLetters } from '../../topics.ts'

/** What is kept of a record that the broker refuses, in bytes; any topic takes that much. */
const CUT_BYTES = 256 * 1024

/** A dead letter with the beginning of a record that the broker refuses for good. */
export const refusedLetter = (record: Outgoing, stage: string, receivedAt: EpochMs): Outgoing => {
  const bytes = Buffer.from(record.value ?? '')
  const cut = bytes.length > CUT_BYTES
  return outgoing(deadLetters, {
    stage,
    reason: 'refused',
    detail: `the broker refuses this record of ${record.topic}, key ${record.key.slice(0, 200)}`,
    origin: { topic: record.topic, partition: record.partition ?? 0, offset: '0' },
    receivedAt,
    payload: bytes.subarray(0, CUT_BYTES).toString('base64'),
    ...(cut ? { truncated: true as const, size: bytes.length } : {})
  })
}

/** The same dead letter with less of its payload; null when it is small already. */
export const cutDeadLetter = (record: Outgoing): Outgoing | null => {
  if (record.value === null || record.value.length <= 2 * CUT_BYTES) return null
  const letter = deadLetters.codec.decode(Buffer.from(record.value))
  const payload = Buffer.from(letter.payload, 'base64')
  return outgoing(deadLetters, {
    ...letter,
    payload: payload.subarray(0, CUT_BYTES).toString('base64'),
    truncated: true,
    size: letter.size ?? payload.length
  })
}
