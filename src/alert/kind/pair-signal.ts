import { pairKey } from '../../market/pair.ts'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import { type Observation, observedAt } from '../observation.ts'
import type { Signal } from './alert-kind.ts'

/** One figure of a pair, at the interval and by the method that the rule names. */
export const pairSignal =
  (figure: 'zScore' | 'correlation') =>
  (rule: AlertRule, observation: Observation): readonly Signal[] => {
    if (observation.kind !== 'pair') return []
    const { record: stats } = observation
    const pair = pairKey(stats)
    const isMeant = rule.interval === stats.interval && rule.method === stats.method
    if (!isMeant || (rule.pair ?? pair) !== pair) return []
    return [{ subject: pair, about: { pair }, time: observedAt(observation), value: stats[figure] }]
  }
