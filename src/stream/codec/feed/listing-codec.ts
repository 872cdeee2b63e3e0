import type { Listing } from '../../../market/records/feed/listing.ts'
import { asFields, instrument, orNull, text, time } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

export const listingCodec = jsonCodec((value): Listing => {
  const of = asFields(value)
  return {
    ...instrument(of),
    status: orNull(of, 'status', text),
    checkedAt: time(of, 'checkedAt')
  }
})
