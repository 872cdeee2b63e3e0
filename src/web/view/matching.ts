type Named = { readonly key: string; readonly symbol: string }

/** Instruments whose name has these letters; those that begin with them first. */
export const matching = <T extends Named>(listed: readonly T[], text: string): readonly T[] => {
  const wanted = text.trim().toUpperCase()
  const found = listed.filter(({ key }) => key.toUpperCase().includes(wanted))
  const rank = ({ symbol }: T): number => (symbol.startsWith(wanted) ? 0 : 1)
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, 12)
}
