import { epochOf } from '../../../market/epoch.ts'
import { instrumentKey } from '../../../market/instrument.ts'
import type { Gap } from '../../../market/records/feed/gap.ts'

/** What tells a gap from the others: ids count within their epoch alone. */
export const gapKey = (gap: Gap): string => `${instrumentKey(gap)}#${epochOf(gap)}/${gap.fromId}`

/** Puts gaps into a list: open ones first, then those found last. One that has ended stays ended. */
export const newestGaps = (known: readonly Gap[], more: readonly Gap[]): readonly Gap[] => {
  const all = new Map(known.map(gap => [gapKey(gap), gap]))
  for (const gap of more) {
    const there = all.get(gapKey(gap))
    if (!there || there.status === 'open' || gap.status !== 'open') all.set(gapKey(gap), gap)
  }
  const isOpen = ({ status }: Gap): number => (status === 'open' ? 0 : 1)
  return [...all.values()].sort((a, b) => isOpen(a) - isOpen(b) || b.detectedAt - a.detectedAt)
}
