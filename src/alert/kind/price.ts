import { instrumentKey } from '../../market/instrument.ts'
import { type AlertKindOf, isAbout } from './alert-kind.ts'

/** The close of a 1m candle. */
export const price: AlertKindOf = {
  on: 'candle',
  what: 'price',
  signals: (rule, observation) => {
    if (observation.kind !== 'candle') return []
    const instrument = instrumentKey(observation.record)
    if (!isAbout(rule, instrument)) return []
    return [
      {
        subject: instrument,
        about: { instrument },
        time: observation.record.closeTime,
        value: Number(observation.record.close)
      }
    ]
  }
}
