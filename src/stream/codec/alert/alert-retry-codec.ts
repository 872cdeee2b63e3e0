import type { AlertRetry } from '../../../market/records/alert/alert-retry.ts'
import { asFields, count, time } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'
import { checkAlert } from './alert-codec.ts'

export const alertRetryCodec = jsonCodec((value): AlertRetry => {
  const of = asFields(value)
  return {
    alert: checkAlert(of.alert),
    tries: count(of, 'tries'),
    since: time(of, 'since'),
    notBefore: time(of, 'notBefore')
  }
})
