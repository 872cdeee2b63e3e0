/** However far behind somebody else is: more than this is not held in memory. */
const MAX_BACK = 200_000n

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/**
 * Where to begin in what a partition holds, `[low, high)`: `back` so many records before its end, or at its beginning; and before whatever
 * somebody else has not stored. Pure.
 */
export const startPosition = (
  range: { readonly low: bigint; readonly high: bigint },
  back: number | 'all',
  stored: bigint | undefined
): bigint => {
  if (back === 'all') return range.low
  const wanted = smaller(stored ?? range.low, range.high - BigInt(back))
  return larger(range.low, larger(wanted, range.high - MAX_BACK))
}
