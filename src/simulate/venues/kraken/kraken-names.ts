import type { Listed, Venue } from '../../exchange/venue.ts'

/** REST and the first socket have their own names of two assets. */
const ASSETS: Readonly<Record<string, string>> = { BTC: 'XBT', DOGE: 'XDG' }
/** Pairs of old assets have long names in the answers of REST. */
const LONG_BASES = ['XBT', 'ETH', 'XDG', 'XRP', 'LTC', 'ETC', 'XMR', 'ZEC']
const LONG_QUOTES = ['USD', 'EUR', 'GBP', 'JPY']

/** `BTC/USD` is `XBTUSD`, `XBT/USD`, and `XXBTZUSD` in answers. */
export const pairNames = (symbol: string) => {
  const [base = '', quote = ''] = symbol.split('/').map(asset => ASSETS[asset] ?? asset)
  const isLong = LONG_BASES.includes(base) && LONG_QUOTES.includes(quote)
  return {
    base,
    quote,
    key: isLong ? `X${base}Z${quote}` : base + quote,
    altname: base + quote,
    wsname: `${base}/${quote}`
  }
}

/** A share in token form, such as `AAPLx/USD`: it is asked for apart. */
export const isTokenized = (symbol: string): boolean => /^[A-Z0-9.]+x\//.test(symbol)

const isNamed = (symbol: string, name: string): boolean => {
  const { key, altname, wsname } = pairNames(symbol)
  return [key, altname, wsname, symbol, symbol.replace('/', '')].includes(name)
}

/** The pair of a name, of the kind that is asked for. */
export const findPair = (venue: Venue, name: string, tokenized: boolean): Listed | undefined =>
  [...venue.listed].find(([symbol]) => isTokenized(symbol) === tokenized && isNamed(symbol, name))?.[1]
