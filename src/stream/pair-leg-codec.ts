import { INTERVALS } from '../market/interval.ts'
import { PAIR_SIDES, type PairLeg } from '../market/pair-leg.ts'
import { asFields, count, decimal, oneOf, standIn, text, time } from './fields.ts'
import { jsonCodec } from './json-codec.ts'

export const pairLegCodec = jsonCodec((value): PairLeg => {
  const of = asFields(value)
  return {
    a: text(of, 'a'),
    b: text(of, 'b'),
    side: oneOf(of, 'side', PAIR_SIDES),
    interval: oneOf(of, 'interval', INTERVALS),
    openTime: time(of, 'openTime'),
    close: decimal(of, 'close'),
    revision: count(of, 'revision'),
    ...standIn(of)
  }
})
