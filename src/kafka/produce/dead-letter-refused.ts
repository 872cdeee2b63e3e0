import type { EpochMs } from '../../market/time.ts'
import { cutLetter, deadLetterOf } from '../../stream/dead-letter-of.ts'
import { type Outgoing, outgoing } from '../../stream/topic.ts'
import { deadLetters } from '../../topics.ts'

/** What is kept of a record that the broker refuses, in bytes; any topic takes that much. */
const CUT_BYTES = 256 * 1024

/**
 * A dead letter with the beginning of a record that the broker refuses for good. A dead letter that is refused itself is cut;
 * null when it is small already.
 */
export const refusedLetter = (record: Outgoing, stage: string, receivedAt: EpochMs): Outgoing | null => {
  if (record.topic === deadLetters.name) {
    if (record.value === null || record.value.length <= 2 * CUT_BYTES) return null
    return outgoing(deadLetters, cutLetter(deadLetters.codec.decode(Buffer.from(record.value)), CUT_BYTES))
  }
  const detail = `the broker refuses this record of ${record.topic}, key ${record.key.slice(0, 200)}`
  const origin = { topic: record.topic, partition: record.partition ?? 0, offset: '0' }
  const about = { stage, reason: 'refused', detail, origin, receivedAt } as const
  return outgoing(deadLetters, deadLetterOf(about, Buffer.from(record.value ?? ''), CUT_BYTES))
}
