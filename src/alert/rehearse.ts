import { INTERVAL_MS } from '../market/interval.ts'
import type { Alert } from '../market/records/alert/alert.ts'
import { type AlertRule, KIND_DEFAULTS } from '../market/records/alert/alert-rule.ts'
import type { EpochMs } from '../market/time.ts'
import type { Source } from '../stream/topology.ts'
import { alert } from './alert.ts'
import { FACT_SOURCES, type Fact, knownAt } from './fact.ts'
import { alertKinds } from './kind/registry.ts'

/** What a rule has to be shown to judge a range of history. */
export type Rehearsal = {
  readonly sources: readonly Source<Fact>[]
  /** How long before the range its windows begin, and the candle that ends in it, in milliseconds. */
  readonly warmUpMs: number
  /** False for what it would not look at. */
  readonly isWanted: (fact: Fact) => boolean
}

export const rehearsalOf = ({
  kind,
  interval = '1m',
  window = KIND_DEFAULTS[kind].window ?? 0
}: AlertRule): Rehearsal => {
  const { on } = alertKinds[kind]
  const isFinal = (fact: Fact): boolean => !('record' in fact && 'final' in fact.record) || fact.record.final
  return {
    sources: on === 'clock' ? [FACT_SOURCES.clock, FACT_SOURCES.candle] : [FACT_SOURCES[on]],
    warmUpMs: window * INTERVAL_MS['1m'] + INTERVAL_MS[interval],
    isWanted: on === 'clock' ? () => true : isFinal
  }
}

/** The alerts that a rule alone would have raised and resolved over facts in any order, in `[from, to)`. */
export const rehearse = (rule: AlertRule, facts: readonly Fact[], from: EpochMs, to: EpochMs): readonly Alert[] => {
  const { processor } = alert([{ ...rule, enabled: true }])
  const inOrder = facts.toSorted((a, b) => knownAt(a) - knownAt(b))
  let state = processor.init('rehearsal')
  const alerts = inOrder.flatMap(fact => {
    const step = processor.step(state, fact)
    state = step.state
    return step.emit
  })
  return alerts.filter(({ time }) => time >= from && time < to)
}
