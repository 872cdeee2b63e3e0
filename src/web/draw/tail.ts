type Timed = { readonly openTime: number }

/** Where two lists begin to differ, by what stands in them. */
export const firstDifference = <T>(before: readonly T[], after: readonly T[]): number => {
  const length = Math.min(before.length, after.length)
  for (let n = 0; n < length; n++) if (before[n] !== after[n]) return n
  return length
}

/** True when a list went on at its end alone, its last record at most replaced, so that nothing before has to be drawn again. */
export const isTail = <T extends Timed>(before: readonly T[], after: readonly T[]): boolean =>
  before.length > 0 &&
  before.at(-1)?.openTime === after[before.length - 1]?.openTime &&
  firstDifference(before, after) >= before.length - 1
