import type { Gap } from '../../market/records/feed/gap.ts'
import type { LakeFile } from './manifest.ts'

/** Numbers of trades that follow each other, inclusive: their sequences where they have them, else their ids. */
export type IdRange = { readonly from: number; readonly to: number }

const ascending = (a: IdRange, b: IdRange): number => a.from - b.from

/** Ranges in order, those that touch or overlap as one. */
export const joined = (ranges: readonly IdRange[]): readonly IdRange[] => {
  const runs: { from: number; to: number }[] = []
  for (const { from, to } of ranges.toSorted(ascending)) {
    const last = runs.at(-1)
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to)
    else runs.push({ from, to })
  }
  return runs
}

/** What lies between ranges that are joined. */
export const between = (runs: readonly IdRange[]): readonly IdRange[] =>
  runs.slice(1).map((run, at) => ({ from: runs[at]!.to + 1, to: run.from - 1 }))

/** What of a range lies in none of the others, which are joined. */
export const outside = (range: IdRange, others: readonly IdRange[]): readonly IdRange[] => {
  const inside = others.filter(({ from, to }) => to >= range.from && from <= range.to)
  const point = (at: number): IdRange => ({ from: at, to: at })
  const runs = [point(range.from - 1), ...inside, point(range.to + 1)]
  return runs
    .slice(1)
    .map((next, at) => ({ from: runs[at]!.to + 1, to: next.from - 1 }))
    .filter(({ from, to }) => from <= to)
}

/** The numbers of a file's trades; none where they have none. */
export const rangesOf = ({ ids }: LakeFile): readonly IdRange[] =>
  (ids ?? []).map(([from, to]) => ({ from: Number(from), to: Number(to) }))

/** The numbers of the trades in some files of an instrument; null where no number proves them whole. */
export const idsOf = (files: readonly LakeFile[]): readonly IdRange[] | null => {
  if (files.some(file => file.ids === null)) return null
  return joined(files.flatMap(rangesOf))
}

/** The ids of an instrument of which the ledger says that they are missing. */
export const namedIds = (ledger: readonly Gap[], exchange: string, symbol: string): readonly IdRange[] =>
  joined(
    ledger
      .filter(gap => gap.exchange === exchange && gap.symbol === symbol && gap.status !== 'filled')
      .map(({ fromId, toId }) => ({ from: Number(fromId), to: Number(toId) }))
  )
