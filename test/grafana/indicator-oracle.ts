export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Exponential averages, the first one the plain average of the first `n`. */
export const averages = (values: readonly number[], n: number, weight = 2 / (n + 1)): readonly number[] => {
  const all = [mean(values.slice(0, n))]
  for (const value of values.slice(n)) all.push(all.at(-1)! + weight * (value - all.at(-1)!))
  return all
}

/** The newest relative strength over 14 closes, as Wilder smooths it. */
export const rsi14 = (closes: readonly number[]): number => {
  const changes = closes.slice(1).map((close, at) => close - closes[at]!)
  const strength = (side: 1 | -1): number =>
    averages(
      changes.map(change => Math.max(side * change, 0)),
      14,
      1 / 14
    ).at(-1)!
  return 100 - 100 / (1 + strength(1) / strength(-1))
}
