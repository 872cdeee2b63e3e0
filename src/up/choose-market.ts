import { baseUrls, hasOwnUrls } from '../exchange/base-urls.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { explainStatus } from '../ingest/transport/refusal.ts'
import type { Config } from '../runtime/config/config.ts'
import type { Source } from './read-options.ts'

const ANSWER_WITHIN_MS = 3_000

/** Where trades come from, and why when that is not what was first tried. */
type Market = { readonly kind: 'exchange' | 'simulated'; readonly why: string | null }

/** Why an exchange cannot be reached at this base; null when it can. */
type Probe = (exchange: Exchange, base: string) => Promise<string | null>

/** Takes the exchanges, or the simulated market when that is wanted, or one of them cannot be reached at its public base. */
export const chooseMarket = async (
  source: Source,
  exchanges: readonly Exchange[],
  { exchangeUrls }: Config,
  probe: Probe = unreachable
): Promise<Market> => {
  if (source === 'simulated') return { kind: 'simulated', why: null }
  if (source === 'binance') return { kind: 'exchange', why: null }
  for (const exchange of exchanges) {
    if (hasOwnUrls(exchange, exchangeUrls)) continue
    const why = await probe(exchange, baseUrls(exchange, exchangeUrls).rest)
    if (why !== null) return { kind: 'simulated', why }
  }
  return { kind: 'exchange', why: null }
}

const unreachable: Probe = async (exchange, base) => {
  const url = base + exchange.rest.ping.path
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return response.ok ? null : `${url} answers ${explainStatus(exchange, response.status) ?? response.status}`
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return `${url} cannot be reached (${cause instanceof Error ? cause.message : String(cause)})`
  }
}
