import { instrumentKey } from '../../market/instrument.ts'
import { observedAt } from '../observation.ts'
import { type AlertKindOf, isAbout } from './alert-kind.ts'

/** Overbought above, oversold below. */
export const rsi: AlertKindOf = {
  on: 'indicators',
  what: 'RSI',
  signals: (rule, observation) => {
    if (observation.kind !== 'indicators') return []
    const instrument = instrumentKey(observation.record)
    if (rule.interval !== observation.record.interval || !isAbout(rule, instrument)) return []
    return [
      { subject: instrument, about: { instrument }, time: observedAt(observation), value: observation.record.rsi14 }
    ]
  }
}
