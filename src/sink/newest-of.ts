/** One value a key: the last one, or the last that `replaces` the one kept so far. */
export const newestOf = <T>(
  values: readonly T[],
  key: (value: T) => string,
  replaces: (kept: T, next: T) => boolean = () => true
): readonly T[] => {
  const byKey = new Map<string, T>()
  for (const value of values) {
    const kept = byKey.get(key(value))
    if (kept === undefined || replaces(kept, value)) byKey.set(key(value), value)
  }
  return [...byKey.values()]
}
