import { instrumentKey } from '../../market/instrument.ts'
import { knownAt } from '../fact.ts'
import { type AlertKindOf, isAbout } from './alert-kind.ts'

/** Overbought above, oversold below. */
export const rsi: AlertKindOf = {
  on: 'indicators',
  what: 'RSI',
  signals: (rule, fact) => {
    if (fact.kind !== 'indicators') return []
    const instrument = instrumentKey(fact.record)
    if (rule.interval !== fact.record.interval || !isAbout(rule, instrument)) return []
    return [{ subject: instrument, about: { instrument }, time: knownAt(fact), value: fact.record.rsi14 }]
  }
}
