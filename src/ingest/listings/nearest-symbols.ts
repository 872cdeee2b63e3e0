import type { ListedInstrument } from '../../exchange/listed-instrument.ts'
import { symbolParts } from '../../exchange/unified-symbol.ts'
import { editDistance } from '../../runtime/config/nearest.ts'

const MOST = 3
/** More wrong letters make another name of a base of so few. */
const SHORT_BASE = 4

/**
 * The symbols of a list that may have been meant, the likeliest first: what has that very name at the exchange, then those of the same base,
 * or of one that is written almost so, the closer the rest the better. None where nothing is close.
 */
export const nearestSymbols = (symbol: string, listed: readonly ListedInstrument[]): readonly string[] => {
  const wanted = partsOf(symbol)
  return listed
    .map(instrument => ({
      symbol: instrument.symbol,
      cost: plain(instrument.native) === plain(symbol) ? 0 : costOf(wanted, partsOf(instrument.symbol))
    }))
    .filter(({ symbol: name, cost }) => cost !== null && name !== symbol)
    .sort((a, b) => a.cost! - b.cost! || compare(a.symbol, b.symbol))
    .slice(0, MOST)
    .map(({ symbol: name }) => name)
}

type Parts = { readonly base: string; readonly rest: string }

const partsOf = (symbol: string): Parts => {
  const { base } = symbolParts(symbol) ?? { base: symbol }
  return { base: base.toUpperCase(), rest: symbol.slice(base.length).toUpperCase() }
}

/** `XBT/USD`, `XBTUSD` and `XBT-USD` are one. */
const plain = (name: string): string => name.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '')

/** A wrong letter of the base weighs more than one of what it is paid in; null: another base. */
const costOf = (wanted: Parts, listed: Parts): number | null => {
  const baseCost = wanted.base === listed.base ? 0 : editDistance(wanted.base, listed.base)
  if (baseCost > (wanted.base.length < SHORT_BASE ? 1 : 2)) return null
  return 1 + 2 * baseCost + editDistance(wanted.rest, listed.rest)
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1)
