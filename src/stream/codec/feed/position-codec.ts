import type { Position } from '../../../market/records/feed/position.ts'
import { asFields, epoch, instrument, optional, time, wholeId } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

export const positionCodec = jsonCodec((value): Position => {
  const of = asFields(value)
  return {
    ...instrument(of),
    lastId: wholeId(of, 'lastId'),
    time: time(of, 'time'),
    ...optional(of, 'doubtedSince', time),
    ...epoch(of)
  }
})
