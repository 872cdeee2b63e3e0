import type { Gap } from '../../../market/gap.ts'

const keyOf = ({ exchange, symbol, fromId }: Gap): string => `${exchange}:${symbol}#${fromId}`

/** Puts holes into a list: open ones first, then those found last. One that has ended stays ended. */
export const newestGaps = (known: readonly Gap[], more: readonly Gap[]): readonly Gap[] => {
  const all = new Map(known.map(gap => [keyOf(gap), gap]))
  for (const gap of more) {
    const there = all.get(keyOf(gap))
    if (!there || there.status === 'open' || gap.status !== 'open') all.set(keyOf(gap), gap)
  }
  const isOpen = ({ status }: Gap): number => (status === 'open' ? 0 : 1)
  return [...all.values()].sort((a, b) => isOpen(a) - isOpen(b) || b.detectedAt - a.detectedAt)
}
