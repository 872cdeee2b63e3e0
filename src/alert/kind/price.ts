import { instrumentKey } from '../../market/instrument.ts'
import { type AlertKindOf, isAbout } from './alert-kind.ts'

/** The close of a 1m candle. */
export const price: AlertKindOf = {
  on: 'candle',
  what: 'price',
  signals: (rule, fact) => {
    if (fact.kind !== 'candle') return []
    const instrument = instrumentKey(fact.record)
    if (!isAbout(rule, instrument)) return []
    return [
      { subject: instrument, about: { instrument }, time: fact.record.closeTime, value: Number(fact.record.close) }
    ]
  }
}
