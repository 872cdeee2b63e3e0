import { TickstreamError } from '../market/error.ts'
import type { AlertRule } from '../market/records/alert/alert-rule.ts'
import { type EpochMs, epochMs } from '../market/time.ts'
import type { Source } from '../stream/topology.ts'
import { alertRules } from '../topics.ts'

/** A rule that was written, or taken away (null). */
export type RuleChange = {
  readonly kind: 'rule'
  readonly name: string
  readonly rule: AlertRule | null
  readonly time: EpochMs
}

/** A topic of rules as an input: the key is the rule's name, a tombstone takes it away. `partitionedBy` as in a source. */
export const ruleSource = (name: string, partitionedBy?: Source<RuleChange>['partitionedBy']): Source<RuleChange> => ({
  name,
  ...(partitionedBy ? { partitionedBy } : {}),
  decode: (bytes, { key, timestamp }) => {
    const rule = bytes.length === 0 ? null : alertRules.codec.decode(bytes)
    const ruleName = key?.toString() ?? ''
    if (ruleName === '' || (rule !== null && rule.name !== ruleName))
      throw new TickstreamError('TS-DATA', `key: ${JSON.stringify(ruleName)} is not the rule's name`)
    return { kind: 'rule', name: ruleName, rule, time: epochMs(Number(timestamp)) }
  }
})
