type Lag = { readonly group: string; readonly lag: number }

/** How far each consumer group is behind, over all its partitions; by name. */
export const lagByGroup = (lags: readonly Lag[]): readonly (readonly [group: string, lag: number])[] => {
  const sums = new Map<string, number>()
  for (const { group, lag } of lags) sums.set(group, (sums.get(group) ?? 0) + lag)
  return [...sums].sort(([a], [b]) => a.localeCompare(b))
}
