import type { EpochMs } from '../../../market/time.ts'
import { asFields, time } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

export const alertClockCodec = jsonCodec((value): { readonly time: EpochMs } => ({
  time: time(asFields(value), 'time')
}))
