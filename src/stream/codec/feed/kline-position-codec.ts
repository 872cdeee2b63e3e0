import type { KlinePosition } from '../../../market/records/feed/kline-position.ts'
import { asFields, instrument, time } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

export const klinePositionCodec = jsonCodec((value): KlinePosition => {
  const of = asFields(value)
  return { ...instrument(of), openTime: time(of, 'openTime') }
})
