import type { DeadLetter, Origin } from '../../market/records/dead-letter.ts'
import { asFields, count, type Fields, text, time } from './fields.ts'
import { jsonCodec } from './json-codec.ts'

const origin = (of: Fields): Origin =>
  'topic' in of
    ? { topic: text(of, 'topic'), partition: count(of, 'partition'), offset: text(of, 'offset') }
    : { exchange: text(of, 'exchange'), stream: String(of.stream ?? '') }

export const deadLetterCodec = jsonCodec((value): DeadLetter => {
  const of = asFields(value)
  return {
    stage: text(of, 'stage'),
    reason: text(of, 'reason'),
    detail: String(of.detail ?? ''),
    origin: origin(asFields(of.origin)),
    receivedAt: time(of, 'receivedAt'),
    payload: String(of.payload ?? ''),
    ...(of.truncated === true ? { truncated: true as const, size: count(of, 'size') } : {})
  }
})
