import {
  type Difference,
  VERIFICATION_RESULTS,
  VERIFIED_FIELDS,
  type Verification
} from '../../../market/records/derived/verification.ts'
import { asFields, decimal, type Fields, instrument, list, oneOf, openTime, orNull, time, whole } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

const INTERVAL = ['1m'] as const

const difference = (of: Fields): Difference => ({
  field: oneOf(of, 'field', VERIFIED_FIELDS),
  ours: decimal(of, 'ours'),
  theirs: decimal(of, 'theirs')
})

export const verificationCodec = jsonCodec((value): Verification => {
  const of = asFields(value)
  return {
    ...instrument(of),
    interval: oneOf(of, 'interval', INTERVAL),
    openTime: openTime(of, '1m'),
    time: time(of, 'time'),
    result: oneOf(of, 'result', VERIFICATION_RESULTS),
    revision: whole(of, 'revision'),
    differences: list(of, 'differences').map(item => difference(asFields(item))),
    verifiedTo: orNull(of, 'verifiedTo', time)
  }
})
