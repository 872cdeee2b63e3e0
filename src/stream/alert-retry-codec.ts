import type { AlertRetry } from '../market/alert-retry.ts'
import { checkAlert } from './alert-codec.ts'
import { asFields, count, time } from './fields.ts'
import { jsonCodec } from './json-codec.ts'

export const alertRetryCodec = jsonCodec((value): AlertRetry => {
  const of = asFields(value)
  return {
    alert: checkAlert(of.alert),
    tries: count(of, 'tries'),
    since: time(of, 'since'),
    notBefore: time(of, 'notBefore')
  }
})
