import { isSymbol } from '../market/instrument.ts'
import { parsePrice } from '../market/parse-decimal.ts'
import { type Fields, isFields, word } from './fields.ts'

/** What an exchange's list tells of an instrument. Sizes are canonical decimals; null: the list does not say. */
export type ListedInstrument = {
  readonly symbol: string
  /** How the exchange writes it. */
  readonly native: string
  readonly base: string
  readonly quote: string
  /** `spot`: delivered at once. `swap`: a contract without an end. `future`: one that ends on a day. */
  readonly type: 'spot' | 'swap' | 'future'
  /** Prices are multiples of it. */
  readonly tickSize: string | null
  /** Quantities are multiples of it. */
  readonly lotSize: string | null
  /** What a contract holds of the base; quantities here are of the base, whatever it is. */
  readonly contractSize: string | null
  /** The exchange's own word. */
  readonly status: string | null
}

/** What was traded within 24 h, in the quote currency, and the last price: to compare instruments by, and for nothing else. */
export type Turnover = { readonly turnover: number; readonly price: number }

/** What an adapter reads in a row of its exchange's list. */
type Row = {
  readonly native: unknown
  readonly base: unknown
  readonly quote: unknown
  /** What a contract is settled in; left out of spot. */
  readonly settle?: unknown
  /** The day on which it ends, as `YYMMDD`; null: on none. */
  readonly ending?: string | null
  readonly tickSize: unknown
  readonly lotSize: unknown
  readonly contractSize?: unknown
  readonly status: unknown
}

/**
 * What the rows of a list tell of the instruments that can be followed: those whose symbol the adapter turns into the name that the list
 * has. Others are left out, and so is what cannot be read.
 */
export const listedInstruments = (
  rows: readonly unknown[],
  read: (row: Fields) => Row | null,
  nativeOf: (symbol: string) => string
): readonly ListedInstrument[] =>
  rows.flatMap(fields => {
    const row = isFields(fields) ? read(fields) : null
    if (row === null || typeof row.native !== 'string') return []
    const symbol = unifiedSymbol(row)
    if (symbol === null || nativeOf(symbol) !== row.native) return []
    return [
      {
        symbol,
        native: row.native,
        base: String(row.base),
        quote: String(row.quote),
        type: typeOf(row),
        tickSize: sizeOf(row.tickSize),
        lotSize: sizeOf(row.lotSize),
        contractSize: sizeOf(row.contractSize),
        status: word(row.status) ?? null
      }
    ]
  })

const unifiedSymbol = ({ base, quote, settle, ending }: Row): string | null => {
  const contract = settle === undefined ? '' : `:${settle}${ending ? `-${ending}` : ''}`
  const symbol = `${base}/${quote}${contract}`
  return typeof base === 'string' && typeof quote === 'string' && isSymbol(symbol) ? symbol : null
}

const typeOf = ({ settle, ending }: Row): ListedInstrument['type'] => {
  if (settle === undefined) return 'spot'
  return ending ? 'future' : 'swap'
}

/** A size of 0 says that there is none. */
const sizeOf = (value: unknown): string | null => parsePrice(typeof value === 'number' ? String(value) : value)

/** `8` → `0.00000001`: what so many decimals can tell apart. */
export const stepOfDecimals = (decimals: unknown): string | null =>
  typeof decimals === 'number' && Number.isInteger(decimals) && decimals >= 0 && decimals <= 30
    ? `1e-${decimals}`
    : null

/** The turnover that rows tell, by symbol; `fields` names where they have it. What cannot be read is left out. */
export const turnovers = (
  rows: readonly unknown[],
  listed: readonly ListedInstrument[],
  fields: { readonly native: string; readonly turnover: string; readonly price: string }
): ReadonlyMap<string, Turnover> => {
  const symbols = new Map(listed.map(({ native, symbol }) => [native, symbol]))
  return new Map(
    rows.filter(isFields).flatMap(row => {
      const symbol = symbols.get(String(row[fields.native]))
      const [turnover, price] = [Number(row[fields.turnover]), Number(row[fields.price])]
      return symbol !== undefined && turnover > 0 && price > 0 ? [[symbol, { turnover, price }] as const] : []
    })
  )
}
