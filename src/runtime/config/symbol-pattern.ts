import { type Instrument, instrumentOf, isExchange } from '../../market/instrument.ts'

// Entries of SYMBOLS that mean whatever the exchange lists: kraken:*/USD, kraken:BTC/*, and top:50@binance by turnover.
export type SymbolPattern = { readonly text: string; readonly exchange: string } & (
  | { readonly kind: 'match'; readonly base: string; readonly rest: string }
  | { readonly kind: 'top'; readonly count: number }
)

const ANY = '*'
const TOP = /^top:([1-9]\d{0,3})@(.+)$/

/** An entry of SYMBOLS: an instrument or a pattern; undefined for neither. */
export const parseSymbolEntry = (text: string): Instrument | SymbolPattern | undefined => {
  const [, count, exchange] = TOP.exec(text) ?? []
  if (count !== undefined)
    return isExchange(exchange) ? { kind: 'top', text, exchange, count: Number(count) } : undefined
  const instrument = instrumentOf(text) ?? undefined
  return instrument?.symbol.includes(ANY) ? matchOf(text, instrument) : instrument
}

/** A star stands for one whole side. */
const matchOf = (text: string, { exchange, symbol }: Instrument): SymbolPattern | undefined => {
  const [base = '', rest = ''] = symbol.split('/')
  const other = base === ANY ? rest : base
  const isPattern = (base === ANY || rest === ANY) && !other.includes(ANY)
  return isPattern ? { kind: 'match', text, exchange, base, rest } : undefined
}

export const isPattern = (entry: Instrument | SymbolPattern): entry is SymbolPattern => 'kind' in entry

export const isInstrument = (entry: Instrument | SymbolPattern): entry is Instrument => !isPattern(entry)

const INVENTED = ['BTC', 'ETH', 'BNB', 'SOL'] as const
const INVENTED_QUOTE = 'USDT'

/** What a market that is made up here lists for a pattern, so that it means something there as well. */
export const inventedFor = (pattern: SymbolPattern): readonly Instrument[] => {
  const { exchange } = pattern
  const [base, rest] = pattern.kind === 'top' ? [ANY, ANY] : [pattern.base, pattern.rest]
  const bases = base === ANY ? INVENTED.slice(0, pattern.kind === 'top' ? pattern.count : undefined) : [base]
  return bases.map(name => ({ exchange, symbol: `${name}/${rest === ANY ? INVENTED_QUOTE : rest}` }))
}

/** Whether a pattern with a star means this symbol. */
export const matches = ({ base, rest }: { readonly base: string; readonly rest: string }, symbol: string): boolean => {
  const slash = symbol.indexOf('/')
  const isSame = (wanted: string, side: string): boolean => wanted === ANY || wanted === side
  return isSame(base, symbol.slice(0, slash)) && isSame(rest, symbol.slice(slash + 1))
}
