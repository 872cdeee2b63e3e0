import type { Alert } from '../market/records/alert/alert.ts'
import { type AlertRule, BUILT_IN_RULES } from '../market/records/alert/alert-rule.ts'
import { outgoing } from '../stream/topic.ts'
import type { Topology } from '../stream/topology.ts'
import { alerts } from '../topics.ts'
import { type AlertState, newAlertState } from './alert-state.ts'
import { ALERT_SOURCES, type Fact, knownAt } from './fact.ts'
import { foldFact } from './fold-fact.ts'
import type { RuleChange } from './rule-change.ts'
import { alertStateCodec } from './state-codec.ts'

/** Rules, pairs, indicators, ohlcv_1m, gaps and the clock → alerts. One key a partition: its rules apply to all that stands in it. */
export const alert = (
  builtIn: readonly AlertRule[] = BUILT_IN_RULES
): Topology<AlertState, Fact | RuleChange, Alert> => ({
  name: 'alert',
  from: ALERT_SOURCES,
  key: () => 'alert',
  time: knownAt,
  processor: { init: () => newAlertState(builtIn), step: foldFact(builtIn) },
  route: alert => outgoing(alerts, alert),
  state: alertStateCodec(builtIn)
})
