import { TickstreamError } from './error.ts'

/** `exchange:BASE/QUOTE`, for example `binance:BTC/USDT`; also the key of every market topic. */
export type Instrument = { readonly exchange: string; readonly symbol: string }

/**
 * Any printable text but a space, quotes, a backslash, `~`, `#`, a comma and a bar, which stand between symbols and around them; an exchange
 * lists names in every alphabet.
 */
const NAME = String.raw`[^\p{C}\p{Z}"\\~#,/|]+`
const MAX_CHARACTERS = 200
const SYMBOL = new RegExp(`^(?=.{1,${MAX_CHARACTERS}}$)${NAME}/${NAME}$`, 'u')
const EXCHANGE = /^[a-z][a-z0-9-]*$/
const INSTRUMENT = /^([a-z][a-z0-9-]*):(.+)$/su

const MAX_KEYS = 100_000
let keys = new Map<string, Map<string, string>>()

/** The key of an instrument; remembered, because it is asked for with every record. */
export const instrumentKey = ({ exchange, symbol }: Instrument): string =>
  keys.get(exchange)?.get(symbol) ?? newKey(exchange, symbol)

const newKey = (exchange: string, symbol: string): string => {
  const ofExchange = keys.get(exchange) ?? new Map<string, string>()
  if (ofExchange.size >= MAX_KEYS || keys.size >= MAX_KEYS) keys = new Map()
  const key = `${exchange}:${symbol}`
  keys.set(exchange, ofExchange.set(symbol, key))
  return key
}

/** Parses `exchange:BASE/QUOTE`. Throws `TS-CONFIG` that shows the form. */
export const parseInstrument = (text: string): Instrument => {
  const instrument = instrumentOf(text)
  if (!instrument)
    throw new TickstreamError(
      'TS-CONFIG',
      `"${text}" is not an instrument; write exchange:BASE/QUOTE, for example binance:BTC/USDT`
    )
  return instrument
}

/** The instrument that a key names; null where it names none. */
export const instrumentOf = (key: string): Instrument | null => {
  const match = INSTRUMENT.exec(key)
  return match && isSymbol(match[2]) ? { exchange: match[1]!, symbol: match[2] } : null
}

/** True for an exchange's id, such as `binance`. */
export const isExchange = (value: unknown): value is string => typeof value === 'string' && EXCHANGE.test(value)

/** True for `BASE/QUOTE`, both of any printable text. */
export const isSymbol = (value: unknown): value is string => typeof value === 'string' && SYMBOL.test(value)

/** The simulated market that speaks as Binance does. */
export const SIM = 'sim'
const SIM_PREFIX = `${SIM}-`
const SIM_VENUE = 'binance'

/** Under which id a venue's simulated market is followed, so that nothing of it mixes with the real one: `sim`, `sim-kraken`. */
export const simulatedId = (exchange: string): string => {
  if (isSimulated(exchange)) return exchange
  return exchange === SIM_VENUE ? SIM : SIM_PREFIX + exchange
}

/** True for the id of a market that is made up here. */
export const isSimulated = (exchange: string): boolean => exchange === SIM || exchange.startsWith(SIM_PREFIX)

/** The venue whose protocol an exchange speaks: its own, or that of which it is the simulated market. */
export const venueOf = (exchange: string): string => {
  if (exchange === SIM) return SIM_VENUE
  return isSimulated(exchange) ? exchange.slice(SIM_PREFIX.length) : exchange
}

/** What is traded under a symbol: delivered at once, a contract without an end, one that ends on a day, or an option. */
export const MARKET_TYPES = ['spot', 'swap', 'future', 'option'] as const

export type MarketType = (typeof MARKET_TYPES)[number]

/** What a unified symbol says of its market. */
export type SymbolParts = { readonly base: string; readonly quote: string; readonly type: MarketType }

const CONTRACT = /^([^:]+):[^-]+(-\d{6})?(-.+)?$/u

const typeOf = (day: string | undefined, strike: string | undefined): MarketType => {
  if (day === undefined) return 'swap'
  return strike === undefined ? 'future' : 'option'
}

/** `BTC/USDT`, `BTC/USDT:USDT` (swap), `BTC/USD:BTC-261227` (future), `BTC/USD:BTC-261227-100000-C` (option) → its parts. */
export const symbolParts = (symbol: string): SymbolParts => {
  const slash = symbol.indexOf('/')
  const [base, rest] = [symbol.slice(0, slash), symbol.slice(slash + 1)]
  const contract = CONTRACT.exec(rest)
  if (!contract) return { base, quote: rest, type: 'spot' }
  return { base, quote: contract[1]!, type: typeOf(contract[2], contract[3]) }
}
