import type { Position } from '../market/position.ts'
import { asFields, epoch, optional, text, time, wholeId } from './fields.ts'
import { jsonCodec } from './json-codec.ts'

export const positionCodec = jsonCodec((value): Position => {
  const of = asFields(value)
  return {
    exchange: text(of, 'exchange'),
    symbol: text(of, 'symbol'),
    lastId: wholeId(of, 'lastId'),
    time: time(of, 'time'),
    ...optional(of, 'doubtedSince', time),
    ...epoch(of)
  }
})
