import type { Exchange } from '../../exchange/exchange.ts'
import type { ListedInstrument, Turnover } from '../../exchange/listed-instrument.ts'
import { TickstreamError } from '../../market/error.ts'
import type { Instrument } from '../../market/instrument.ts'
import { matches, type SymbolPattern } from '../../runtime/config/symbol-pattern.ts'
import type { Rest } from '../transport/rest.ts'
import { askUntilAnswered, type Waiting } from './ask-until-answered.ts'
import { askLists } from './contract-sizes.ts'

/** Patterns of SYMBOLS of one exchange, and how it is asked. */
export type Patterns = {
  readonly exchange: Exchange
  readonly patterns: readonly SymbolPattern[]
  readonly rest: Pick<Rest, 'ask'>
}

/** What a pattern means now. */
type Expanded = { readonly pattern: SymbolPattern; readonly instruments: readonly Instrument[] }

/** What one unit of these is worth is taken as one. */
const DOLLARS: readonly string[] = ['USDT', 'USDC', 'USD']

/** What the exchange lists now of each pattern, without what it has suspended. Throws `TS-CONFIG` where it cannot rank by turnover. */
export const expand = async ({ exchange, patterns, rest }: Patterns): Promise<readonly Expanded[]> => {
  const { listing, id } = exchange
  const all = await askLists({ exchange, rest })
  const listed = all.filter(({ status }) => status === null || !listing.suspended.includes(status))
  const ranked = patterns.some(({ kind }) => kind === 'top') ? await rank({ exchange, rest }, listed) : []
  return patterns.map(pattern => {
    const symbols =
      pattern.kind === 'top'
        ? ranked.slice(0, pattern.count)
        : listed.map(({ symbol }) => symbol).filter(symbol => matches(pattern, symbol))
    return { pattern, instruments: symbols.map(symbol => ({ exchange: id, symbol })) }
  })
}

/** Symbols by what was traded within 24 h, the most first. */
const rank = async (
  { exchange, rest }: Omit<Patterns, 'patterns'>,
  listed: readonly ListedInstrument[]
): Promise<readonly string[]> => {
  const { turnover } = exchange.listing
  if (turnover === undefined)
    throw new TickstreamError(
      'TS-CONFIG',
      `SYMBOLS: top:N@${exchange.id} cannot be ranked: its adapter reads no turnover; write ${exchange.id}:*/QUOTE, or the symbols`
    )
  const bodies = await Promise.all(turnover.requests.map(request => rest.ask(request)))
  const turnovers = new Map(bodies.flatMap(body => [...turnover.decode(body, listed)]))
  const worthOf = dollarsOf(listed, turnovers)
  return listed
    .map(({ symbol, quote }) => ({ symbol, worth: (turnovers.get(symbol)?.turnover ?? 0) * worthOf(quote) }))
    .filter(({ worth }) => worth > 0)
    .sort((a, b) => b.worth - a.worth)
    .map(({ symbol }) => symbol)
}

/** What a unit of a currency is worth by the pairs that the exchange lists: a turnover in yen is not more than one in dollars for its digits. */
const dollarsOf = (listed: readonly ListedInstrument[], turnovers: ReadonlyMap<string, Turnover>) => {
  const worth = new Map<string, number>()
  for (const { symbol, base, quote } of listed) {
    const price = turnovers.get(symbol)?.price
    if (price === undefined) continue
    if (DOLLARS.includes(quote) && !worth.has(base)) worth.set(base, price)
    else if (DOLLARS.includes(base) && !worth.has(quote)) worth.set(quote, 1 / price)
  }
  return (currency: string): number => (DOLLARS.includes(currency) ? 1 : (worth.get(currency) ?? 0))
}

/** What the start of a stage works with. */
export type ExpandAtStart = Patterns & Waiting

/** The same, asked for until the exchange answers, and said in one line. Throws `TS-CONFIG` for a pattern that means nothing. */
export const expandAtStart = async (options: ExpandAtStart): Promise<readonly Instrument[]> => {
  const { exchange, log } = options
  const expanded = await askUntilAnswered(options, `SYMBOLS of ${exchange.id}`, () => expand(options))
  const empty = expanded.find(({ instruments }) => instruments.length === 0)
  if (empty)
    throw new TickstreamError('TS-CONFIG', `SYMBOLS: ${empty.pattern.text} means nothing that ${exchange.id} lists`)
  const words = expanded.map(({ pattern, instruments }) => `${pattern.text} is ${instruments.length} instruments`)
  log.info({ exchange: exchange.id }, `SYMBOLS: ${words.join(', ')}`)
  return expanded.flatMap(({ instruments }) => instruments)
}
