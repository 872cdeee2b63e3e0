/** One value a key: the last one, or the last that `replaces` the one kept so far. */
export const newestOf = <T>(
  values: readonly T[],
  key: (value: T) => string,
  replaces: (current: T, next: T) => boolean = () => true
): readonly T[] => {
  const byKey = new Map<string, T>()
  for (const value of values) {
    const current = byKey.get(key(value))
    if (current === undefined || replaces(current, value)) byKey.set(key(value), value)
  }
  return [...byKey.values()]
}
