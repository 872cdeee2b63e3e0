import { TickstreamError } from '../../../market/error.ts'
import type { AlertRule } from '../../../market/records/alert/alert-rule.ts'
import type { Codec } from '../codec.ts'
import { jsonCodec } from '../json-codec.ts'
import { checkAlertRule } from './check-alert-rule.ts'

/** A rule as a record; what it leaves out is filled in. Fields that nobody knows are ignored, as in any record. */
export const alertRuleCodec: Codec<AlertRule> = jsonCodec((value): AlertRule => {
  const { rule, problems } = checkAlertRule(value)
  if (rule) return rule
  throw new TickstreamError('TS-DATA', problems.map(({ field, says }) => `${field}: ${says}`).join('; '))
})
