import { pairKey } from '../../market/pair.ts'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import { type Fact, knownAt } from '../fact.ts'
import type { Signal } from './alert-kind.ts'

/** One figure of a pair, at the interval and by the method that the rule names. */
export const pairSignal =
  (figure: 'zScore' | 'correlation') =>
  (rule: AlertRule, fact: Fact): readonly Signal[] => {
    if (fact.kind !== 'pair') return []
    const { of } = fact
    const pair = pairKey(of)
    const isMeant = rule.interval === of.interval && rule.method === of.method
    if (!isMeant || (rule.pair ?? pair) !== pair) return []
    return [{ subject: pair, about: { pair }, time: knownAt(fact), value: of[figure] }]
  }
