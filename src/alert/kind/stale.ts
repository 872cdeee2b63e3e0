import { type AlertKindOf, isAbout } from './alert-kind.ts'

/** Instruments that were heard of before, and are silent by the clock records. */
export const stale: AlertKindOf = {
  on: 'clock',
  what: 'silence in seconds',
  signals: (rule, observation, context) => {
    if (observation.kind !== 'clock') return []
    return [...context.lastObserved]
      .filter(([instrument]) => isAbout(rule, instrument))
      .map(([instrument, lastObservedAt]) => ({
        subject: instrument,
        about: { instrument },
        time: observation.time,
        value: Math.max(0, (observation.time - lastObservedAt) / 1_000)
      }))
  }
}
