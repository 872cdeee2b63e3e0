import { explainStatus } from '../ingest/transport/refusal.ts'
import type { Config } from '../runtime/config/config.ts'
import type { Source } from './read-options.ts'

const ANSWER_WITHIN_MS = 3_000

/** Where trades come from, and why when that is not what was first tried. */
type Market = { readonly kind: 'exchange' | 'simulated'; readonly why: string | null }

/** Takes the exchange, or the simulated market when that is wanted or the exchange cannot be reached from here. */
export const chooseMarket = async (
  source: Source,
  config: Config,
  reach: (url: string) => Promise<string | null> = unreachable
): Promise<Market> => {
  if (source === 'simulated') return { kind: 'simulated', why: null }
  if (source === 'binance' || config.binanceUrlsGiven) return { kind: 'exchange', why: null }
  const problem = await reach(`${config.binanceRestUrl}/api/v3/ping`)
  return problem === null ? { kind: 'exchange', why: null } : { kind: 'simulated', why: problem }
}

/** Why there is no good answer from `url`; null when there is one. */
const unreachable = async (url: string): Promise<string | null> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return response.ok ? null : `${url} answers ${explainStatus(response.status) ?? response.status}`
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return `${url} cannot be reached (${cause instanceof Error ? cause.message : String(cause)})`
  }
}
