import { isSymbol } from '../market/instrument.ts'
import { parsePrice } from '../market/parse-decimal.ts'
import { parseTime } from '../market/parse-time.ts'
import type { InstrumentFacts } from '../market/records/feed/instrument-facts.ts'
import type { EpochMs } from '../market/time.ts'
import { type Fields, isFields, word } from './fields.ts'

/** What an exchange's list tells of an instrument. Sessions are told apart, by a calendar. */
export type ListedInstrument = Omit<InstrumentFacts, 'exchange' | 'sessions' | 'delisted' | 'checkedAt'>

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
  readonly contractType?: unknown
  readonly assetClass?: unknown
  readonly tickSize: unknown
  readonly lotSize: unknown
  readonly minSize?: unknown
  readonly contractSize?: unknown
  readonly status: unknown
  readonly listedAt?: unknown
  readonly expiresAt?: unknown
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
        contractType: word(row.contractType) ?? null,
        assetClass: word(row.assetClass) ?? null,
        tickSize: sizeOf(row.tickSize),
        lotSize: sizeOf(row.lotSize),
        minSize: sizeOf(row.minSize),
        contractSize: sizeOf(row.contractSize),
        status: word(row.status) ?? null,
        listedAt: timeOf(row.listedAt),
        expiresAt: timeOf(row.expiresAt)
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

/** Exchanges write a day of a later century for a contract that has no end. */
const NEVER_FROM = Date.UTC(2100, 0, 1)

/** Epoch milliseconds as a number or as text, or an ISO time; 0 and what lies centuries ahead say that there is none. */
const timeOf = (value: unknown): EpochMs | null => {
  const time = typeof value === 'number' || typeof value === 'string' ? parseTime(String(value)) : null
  return time !== null && time < NEVER_FROM ? time : null
}

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
