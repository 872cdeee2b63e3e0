import { instrumentKey } from '../../market/instrument.ts'
import { type AlertKindOf, isAbout } from './alert-kind.ts'

/** The close of a 1m candle. */
export const price: AlertKindOf = {
  on: 'candle',
  what: 'price',
  signals: (rule, fact) => {
    if (fact.kind !== 'candle') return []
    const instrument = instrumentKey(fact.of)
    if (!isAbout(rule, instrument)) return []
    return [{ subject: instrument, about: { instrument }, time: fact.of.closeTime, value: Number(fact.of.close) }]
  }
}
