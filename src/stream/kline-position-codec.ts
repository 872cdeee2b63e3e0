import type { KlinePosition } from '../market/kline-position.ts'
import { asFields, text, time } from './fields.ts'
import { jsonCodec } from './json-codec.ts'

export const klinePositionCodec = jsonCodec((value): KlinePosition => {
  const of = asFields(value)
  return { exchange: text(of, 'exchange'), symbol: text(of, 'symbol'), openTime: time(of, 'openTime') }
})
