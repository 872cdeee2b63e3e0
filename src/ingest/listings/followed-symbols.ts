import { baseUrls } from '../../exchange/base-urls.ts'
import type { Exchange } from '../../exchange/exchange.ts'
import { exchangesOf } from '../../exchange/registry.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { Config } from '../../runtime/config/config.ts'
import { isInstrument, isPattern, type SymbolPattern } from '../../runtime/config/symbol-pattern.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { fetchJson } from '../transport/fetch-json.ts'
import { createRest } from '../transport/rest.ts'
import { expandAtStart } from './expand.ts'

/** By what exchanges are asked, and what says that one does not answer. */
type Asking = {
  readonly config: Config
  readonly log: Logger
  readonly health: Health
  readonly signal: AbortSignal
}

/** What is followed of an exchange, and the patterns that may bring more later. */
type Followed = {
  readonly exchange: Exchange
  readonly instruments: readonly Instrument[]
  readonly patterns: readonly SymbolPattern[]
}

/** SYMBOLS by exchange, with what its patterns mean now. Waits for exchanges that have to be asked. */
export const followedSymbols = (context: Asking): Promise<readonly Followed[]> => {
  const { config } = context
  const named = exchangesOf([...config.symbols, ...config.symbolPatterns])
  return Promise.all(
    named.map(async ({ exchange, instruments: entries }) => {
      const plain = entries.filter(isInstrument)
      const patterns = entries.filter(isPattern)
      const found = patterns.length === 0 ? [] : await askFor(context, exchange, patterns)
      const all = new Map([...plain, ...found].map(instrument => [instrumentKey(instrument), instrument]))
      return { exchange, patterns, instruments: [...all.values()] }
    })
  )
}

const askFor = (
  { config, ...context }: Asking,
  exchange: Exchange,
  patterns: readonly SymbolPattern[]
): Promise<readonly Instrument[]> => {
  const world = { ...context, exchange, clock: systemClock, random: Math.random }
  const rest = createRest({ ...world, url: baseUrls(exchange, config.exchangeUrls).rest, fetchJson })
  return expandAtStart({ ...world, patterns, rest })
}
