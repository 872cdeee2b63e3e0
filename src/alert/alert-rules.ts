import type { Outgoing } from '../stream/topic.ts'
import type { StateCodec, Topology } from '../stream/topology.ts'
import { alertSpread, alertRules as rules } from '../topics.ts'
import { type RuleChange, ruleSource } from './rule-change.ts'

/** One copy of a change, for one partition. */
type Copy = { readonly change: RuleChange; readonly partition: number }

/** Each change stands for itself. */
const stateless: StateCodec<null> = { version: '1', changes: () => [], restore: () => null }

const route = ({ change: { name, rule, time }, partition }: Copy): Outgoing => ({
  topic: alertSpread,
  key: name,
  value: rule === null ? null : rules.codec.encode(rule),
  time,
  partition
})

/** alert_rules → alert-spread_state: every rule to each of `partitions`, for it judges what stands in all of them. */
export const alertRules = ({ partitions }: { readonly partitions: number }): Topology<null, RuleChange, Copy> => ({
  name: 'alert-rules',
  from: [ruleSource(rules.name, ({ name }) => name)],
  key: ({ name }) => name,
  processor: {
    init: () => null,
    step: (state, change) => ({
      state,
      emit: Array.from({ length: partitions }, (_, partition) => ({ change, partition }))
    })
  },
  route,
  state: stateless
})
