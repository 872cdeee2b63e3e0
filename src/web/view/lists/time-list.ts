/** Records ascending by openTime, one for each window. */
type Timed = { readonly openTime: number }

/** Puts records into a list; `wins` says whether one takes the place of that which is there. */
export const mergeByTime = <T extends Timed>(
  known: readonly T[],
  more: readonly T[],
  wins: (next: T, known: T) => boolean
): readonly T[] => {
  if (more.length === 0) return known
  const all = new Map(known.map(record => [record.openTime, record]))
  for (const record of more) {
    const there = all.get(record.openTime)
    if (!there || wins(record, there)) all.set(record.openTime, record)
  }
  return [...all.values()].sort((a, b) => a.openTime - b.openTime)
}

type Revised = Timed & { readonly revision: number; readonly final: boolean }

/** A higher revision wins; of the same one, a final, and among open ones that which comes later. */
export const isNewer = (next: Revised, known: Revised): boolean =>
  next.revision === known.revision ? next.final || !known.final : next.revision > known.revision
