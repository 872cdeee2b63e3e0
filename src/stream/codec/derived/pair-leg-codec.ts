import { INTERVALS } from '../../../market/interval.ts'
import { PAIR_SIDES, type PairLeg } from '../../../market/records/derived/pair-leg.ts'
import { asFields, count, decimal, instrumentName, oneOf, openTime, standIn } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

export const pairLegCodec = jsonCodec((value): PairLeg => {
  const of = asFields(value)
  const interval = oneOf(of, 'interval', INTERVALS)
  return {
    a: instrumentName(of, 'a'),
    b: instrumentName(of, 'b'),
    side: oneOf(of, 'side', PAIR_SIDES),
    interval,
    openTime: openTime(of, interval),
    close: decimal(of, 'close'),
    revision: count(of, 'revision'),
    ...standIn(of)
  }
})
