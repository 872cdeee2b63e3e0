/** `BASE/QUOTE`, `:SETTLE` of a contract, and `-YYMMDD` where it ends on a day. */
const UNIFIED = /^(?<base>[^/]+)\/(?<quote>[^/:-]+)(?::(?<settle>[^/:-]+)(?:-(?<ending>\d{6}))?)?$/u

/** What the parts of a unified symbol name. */
export type SymbolParts = {
  readonly base: string
  readonly quote: string
  /** What a contract is settled in; left out of what is delivered at once. */
  readonly settle?: string
  /** The day on which a contract ends, as `YYMMDD`; left out of perpetual ones. */
  readonly ending?: string
}

/** The parts of `BTC/USDT`, `BTC/USDT:USDT` or `BTC/USDT:USDT-261225`; null where there are others. */
export const symbolParts = (symbol: string): SymbolParts | null =>
  (UNIFIED.exec(symbol)?.groups as SymbolParts | undefined) ?? null

/** True for a contract that is settled in its base currency: its sizes are of the quote currency. */
export const isInverse = ({ symbol }: { readonly symbol: string }): boolean => {
  const { base, settle } = symbolParts(symbol) ?? {}
  return settle !== undefined && settle === base
}

/** What an exchange lists nothing under: the name of a symbol that is none of its own. */
export const unlistedName = (symbol: string): string => symbol.replace('/', '-')
