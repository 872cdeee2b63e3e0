import type { BackfillPosition } from '../../../market/records/feed/backfill-position.ts'
import { asFields, instrument, text, time } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

export const backfillPositionCodec = jsonCodec((value): BackfillPosition => {
  const of = asFields(value)
  return {
    ...instrument(of),
    from: time(of, 'from'),
    to: time(of, 'to'),
    fromId: text(of, 'fromId'),
    toId: text(of, 'toId'),
    provenTo: time(of, 'provenTo'),
    nextId: text(of, 'nextId')
  }
})
