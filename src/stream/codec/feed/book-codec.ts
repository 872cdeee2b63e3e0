import { isDecimal } from '../../../market/decimal.ts'
import { TickstreamError } from '../../../market/error.ts'
import type { BookLevel, BookTop } from '../../../market/records/feed/book.ts'
import { asFields, type Fields, instrument, text, time } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

const isLevel = (value: unknown): value is BookLevel =>
  Array.isArray(value) && value.length === 2 && value.every(isDecimal)

const levels = (of: Fields, name: string): readonly BookLevel[] => {
  const value = of[name]
  if (Array.isArray(value) && value.every(isLevel)) return value
  throw new TickstreamError('TS-DATA', `${name}: ${JSON.stringify(value)?.slice(0, 80)} is not a list of levels`)
}

export const bookCodec = jsonCodec((value): BookTop => {
  const of = asFields(value)
  return {
    ...instrument(of),
    time: time(of, 'time'),
    receivedAt: time(of, 'receivedAt'),
    lastUpdateId: text(of, 'lastUpdateId'),
    bids: levels(of, 'bids'),
    asks: levels(of, 'asks'),
    ...(of.stale === true ? { stale: true } : {})
  }
})
