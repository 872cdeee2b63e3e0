import type { Instrument } from '../../market/instrument.ts'

/** REST has its own names of two assets: https://support.kraken.com/articles/360000920306 */
const REST_NAMES: ReadonlyMap<string, string> = new Map([
  ['BTC', 'XBT'],
  ['DOGE', 'XDG']
])
const SYMBOL_NAMES: ReadonlyMap<string, string> = new Map([...REST_NAMES].map(([name, rest]) => [rest, name]))

const renamed = (symbol: string, names: ReadonlyMap<string, string>): readonly string[] =>
  symbol.split('/').map(asset => names.get(asset) ?? asset)

/** `BTC/USD` → `XBTUSD`, to be put into a query. */
export const pairName = ({ symbol }: Instrument): string => encodeURIComponent(renamed(symbol, REST_NAMES).join(''))

/** `XBT/USD` → `BTC/USD` */
export const symbolOf = (wsname: string): string => renamed(wsname, SYMBOL_NAMES).join('/')

/** A share or fund in token form: `AAPLx/USD`. REST lists these apart. */
export const isTokenized = ({ symbol }: Instrument): boolean => /^[A-Z0-9.]+x\//.test(symbol)

/** What a query about a tokenized asset has besides. */
export const assetClass = (instrument: Instrument): string =>
  isTokenized(instrument) ? '&asset_class=tokenized_asset' : ''
