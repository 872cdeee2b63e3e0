import { INTERVAL_MS } from '../market/interval.ts'
import type { Alert } from '../market/records/alert/alert.ts'
import { type AlertRule, KIND_DEFAULTS } from '../market/records/alert/alert-rule.ts'
import type { EpochMs } from '../market/time.ts'
import type { Source } from '../stream/topology.ts'
import { alert } from './alert.ts'
import { alertKinds } from './kind/registry.ts'
import { OBSERVATION_SOURCES, type Observation, observedAt } from './observation.ts'

/** What a rule needs to evaluate a range of history. */
export type DryRunPlan = {
  readonly sources: readonly Source<Observation>[]
  /** How long before the range its windows begin, and the candle that ends in it, in milliseconds. */
  readonly warmUpMs: number
  /** False for observations that the rule ignores. */
  readonly isWanted: (observation: Observation) => boolean
}

export const dryRunPlan = ({
  kind,
  interval = '1m',
  window = KIND_DEFAULTS[kind].window ?? 0
}: AlertRule): DryRunPlan => {
  const { on } = alertKinds[kind]
  const isFinal = (observation: Observation): boolean =>
    !('record' in observation && 'final' in observation.record) || observation.record.final
  return {
    sources: on === 'clock' ? [OBSERVATION_SOURCES.clock, OBSERVATION_SOURCES.candle] : [OBSERVATION_SOURCES[on]],
    warmUpMs: window * INTERVAL_MS['1m'] + INTERVAL_MS[interval],
    isWanted: on === 'clock' ? () => true : isFinal
  }
}

/** The alerts that a rule alone would have raised and resolved over facts in any order, in `[from, to)`. */
export const dryRun = (
  rule: AlertRule,
  observations: readonly Observation[],
  from: EpochMs,
  to: EpochMs
): readonly Alert[] => {
  const { processor } = alert([{ ...rule, enabled: true }])
  const inOrder = observations.toSorted((a, b) => observedAt(a) - observedAt(b))
  let state = processor.init('rehearsal')
  const alerts = inOrder.flatMap(observation => {
    const step = processor.step(state, observation)
    state = step.state
    return step.emit
  })
  return alerts.filter(({ time }) => time >= from && time < to)
}
