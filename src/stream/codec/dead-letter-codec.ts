import type { DeadLetter, Origin } from '../../market/records/dead-letter.ts'
import { jsonCodec } from './json-codec.ts'
import { asObject, count, type JsonObject, text, time } from './record-reader.ts'

const origin = (from: JsonObject): Origin =>
  'topic' in from
    ? {
        topic: text(from.topic, 'topic'),
        partition: count(from.partition, 'partition'),
        offset: text(from.offset, 'offset')
      }
    : { exchange: text(from.exchange, 'exchange'), stream: String(from.stream ?? '') }

/** Laxer than its table: what is known of a failure is kept, even where a writer left its words out. */
export const deadLetterCodec = jsonCodec((value): DeadLetter => {
  const letter = asObject(value)
  return {
    stage: text(letter.stage, 'stage'),
    reason: text(letter.reason, 'reason'),
    detail: String(letter.detail ?? ''),
    origin: origin(asObject(letter.origin)),
    receivedAt: time(letter.receivedAt, 'receivedAt'),
    payload: String(letter.payload ?? ''),
    ...(letter.truncated === true ? { truncated: true as const, size: count(letter.size, 'size') } : {})
  }
})
