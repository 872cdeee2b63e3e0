/** Where two lists begin to differ, by what stands in them. */
export const firstDifference = <T>(before: readonly T[], after: readonly T[]): number => {
  const length = Math.min(before.length, after.length)
  for (let n = 0; n < length; n++) if (before[n] !== after[n]) return n
  return length
}

/** True when a list went on at its end alone, so that nothing before has to be drawn again. */
export const isTail = <T>(before: readonly T[], after: readonly T[]): boolean =>
  before.length > 0 && after.length >= before.length && firstDifference(before, after) >= before.length - 1
