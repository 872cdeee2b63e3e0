import { type AlertKindOf, isAbout } from './alert-kind.ts'

/** Instruments that were heard of before, and are silent by the clock records. */
export const stale: AlertKindOf = {
  on: 'clock',
  what: 'silence in seconds',
  signals: (rule, fact, known) => {
    if (fact.kind !== 'clock') return []
    return [...known.seen]
      .filter(([instrument]) => isAbout(rule, instrument))
      .map(([instrument, seenAt]) => ({
        subject: instrument,
        about: { instrument },
        time: fact.time,
        value: Math.max(0, (fact.time - seenAt) / 1_000)
      }))
  }
}
