import type { Alert } from '../market/records/alert/alert.ts'
import { type AlertRule, BUILT_IN_RULES } from '../market/records/alert/alert-rule.ts'
import { outgoing } from '../stream/topic.ts'
import type { Topology } from '../stream/topology.ts'
import { alerts } from '../topics.ts'
import { type AlertState, newAlertState } from './alert-state.ts'
import { foldObservation } from './fold-observation.ts'
import { ALERT_SOURCES, type Observation, observedAt } from './observation.ts'
import type { RuleChange } from './rule-change.ts'
import { alertStateCodec } from './state-codec.ts'

/** Rules, pairs, indicators, ohlcv_1m, gaps and the clock → alerts. One key a partition: its rules apply to all that stands in it. */
export const alert = (
  builtIn: readonly AlertRule[] = BUILT_IN_RULES
): Topology<AlertState, Observation | RuleChange, Alert> => ({
  name: 'alert',
  from: ALERT_SOURCES,
  key: () => 'alert',
  time: observedAt,
  processor: { init: () => newAlertState(builtIn), step: foldObservation(builtIn) },
  route: alert => outgoing(alerts, alert),
  state: alertStateCodec(builtIn)
})
