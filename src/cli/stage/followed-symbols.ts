import { baseUrls } from '../../exchange/base-urls.ts'
import type { Exchange } from '../../exchange/exchange.ts'
import { exchangesOf } from '../../exchange/registry.ts'
import { expandAtStart } from '../../ingest/listings/expand.ts'
import { fetchJson } from '../../ingest/transport/fetch-json.ts'
import { createRest } from '../../ingest/transport/rest.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import { systemClock } from '../../runtime/clock.ts'
import { isInstrument, isPattern, type SymbolPattern } from '../../runtime/config/symbol-pattern.ts'
import type { Context } from '../run/command.ts'

/** What is followed of an exchange, and the patterns that may bring more later. */
type Followed = {
  readonly exchange: Exchange
  readonly instruments: readonly Instrument[]
  readonly patterns: readonly SymbolPattern[]
}

/** SYMBOLS by exchange, with what its patterns mean now. Waits for exchanges that have to be asked. */
export const followedSymbols = (
  context: Pick<Context, 'config' | 'log' | 'health' | 'signal'>
): Promise<readonly Followed[]> => {
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
  { config, ...context }: Pick<Context, 'config' | 'log' | 'health' | 'signal'>,
  exchange: Exchange,
  patterns: readonly SymbolPattern[]
): Promise<readonly Instrument[]> => {
  const world = { ...context, exchange, clock: systemClock, random: Math.random }
  const rest = createRest({ ...world, url: baseUrls(exchange, config.exchangeUrls).rest, fetchJson })
  return expandAtStart({ ...world, patterns, rest })
}
