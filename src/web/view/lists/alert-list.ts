import type { Alert } from '../../../market/records/alert/alert.ts'

/** Puts alerts into a list, newest first. A resolved alert carries the id of its firing and takes its place. */
export const newestById = (known: readonly Alert[], more: readonly Alert[]): readonly Alert[] => {
  const all = new Map(known.map(alert => [alert.id, alert]))
  for (const alert of more) {
    const there = all.get(alert.id)
    if (!there || alert.time > there.time || (alert.time === there.time && alert.state === 'resolved'))
      all.set(alert.id, alert)
  }
  return [...all.values()].sort((a, b) => b.time - a.time)
}
