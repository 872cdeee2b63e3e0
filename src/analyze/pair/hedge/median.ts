/** Puts what belongs at `rank` there: nothing before it is larger, nothing behind it smaller (Hoare's selection, Algorithm 65, 1961). */
const select = (values: Float64Array, rank: number): void => {
  let [left, right] = [0, values.length - 1]
  while (left < right) {
    const [low, high] = split(values, left, right)
    if (rank <= high) right = high
    else if (rank >= low) left = low
    else return
  }
}

/** Parts `left … right` about its middle element: `left … high` is at most it, `low … right` at least it. */
const split = (values: Float64Array, left: number, right: number): readonly [low: number, high: number] => {
  const pivot = values[(left + right) >>> 1]!
  let [low, high] = [left, right]
  while (low <= high) {
    while (values[low]! < pivot) low++
    while (values[high]! > pivot) high--
    if (low > high) break
    const swapped = values[low]!
    values[low++] = values[high]!
    values[high--] = swapped
  }
  return [low, high]
}

/** The middle of finite values, or the mean of the two in the middle; null of none. Puts `values` into another order. */
export const median = (values: Float64Array): number | null => {
  if (values.length === 0) return null
  const middle = values.length >>> 1
  select(values, middle)
  const upper = values[middle]!
  if (values.length % 2 === 1) return upper
  let lower = values[0]!
  for (let n = 1; n < middle; n++) lower = Math.max(lower, values[n]!)
  return (lower + upper) / 2
}
