import { type Difference, VERIFICATION_RESULTS, VERIFIED_FIELDS, type Verification } from '../market/verification.ts'
import { asFields, decimal, type Fields, list, oneOf, orNull, text, time, whole } from './fields.ts'
import { jsonCodec } from './json-codec.ts'

const INTERVAL = ['1m'] as const

const difference = (of: Fields): Difference => ({
  field: oneOf(of, 'field', VERIFIED_FIELDS),
  ours: decimal(of, 'ours'),
  theirs: decimal(of, 'theirs')
})

export const verificationCodec = jsonCodec((value): Verification => {
  const of = asFields(value)
  return {
    exchange: text(of, 'exchange'),
    symbol: text(of, 'symbol'),
    interval: oneOf(of, 'interval', INTERVAL),
    openTime: time(of, 'openTime'),
    time: time(of, 'time'),
    result: oneOf(of, 'result', VERIFICATION_RESULTS),
    revision: whole(of, 'revision'),
    differences: list(of, 'differences').map(item => difference(asFields(item))),
    verifiedTo: orNull(of, 'verifiedTo', time)
  }
})
