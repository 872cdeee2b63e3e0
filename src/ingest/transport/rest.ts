import type { Exchange } from '../../exchange/exchange.ts'
import { TickstreamError } from '../../market/error.ts'
import { backOffMs } from '../../runtime/back-off.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Answer, FetchJson } from './fetch-json.ts'
import { createRequestGate, type RequestGate } from './rate-limiter.ts'
import { explainStatus } from './refusal.ts'

/** The REST interface of one exchange; all that ask share one queue and one budget. */
export type Rest = {
  /**
   * The body of one answer of status 200, asked for in its turn; throws an `environment` error for any other.
   * `share`: the part of the budget that must be free for it, where others go first.
   */
  readonly ask: (request: { readonly path: string; readonly weight: number }, share?: number) => Promise<unknown>
}

export type RestOptions = {
  readonly exchange: Exchange
  /** Base of the exchange's REST interface. */
  readonly url: string
  readonly clock: Clock
  readonly fetchJson: FetchJson
  /** Spreads requests after a refusal. */
  readonly random?: () => number
  readonly signal: AbortSignal
}

const USED_WEIGHT = 'x-mbx-used-weight-1m'
const TOO_MANY = new Set([418, 429])
/** All requests are refused alike: they are sent less and less often. */
const SHUT_OUT = new Set([403, 451])
const SHUT_OUT_RETRY = { firstMs: 500, mostMs: 60_000 }
const REST_WITHOUT_ADVICE_MS = 10_000
/** The longest ban there is at Binance; a proxy may say anything. */
const MOST_REST_MS = 3 * 86_400_000

const numberOr = <T>(text: string | null, otherwise: T): number | T => {
  const value = text === null || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : otherwise
}

/** How long the exchange wants to be left alone. */
const restOf = ({ header }: Answer): number => {
  const ms = numberOr(header('retry-after'), Number.NaN) * 1_000
  return ms >= 0 ? Math.min(ms, MOST_REST_MS) : REST_WITHOUT_ADVICE_MS
}

const refused = (gate: RequestGate, answer: Answer, path: string): TickstreamError => {
  const { status } = answer
  const said = JSON.stringify(answer.body)?.slice(0, 200)
  const cause = { httpStatus: status }
  const meaning = explainStatus(status)
  if (TOO_MANY.has(status)) {
    const ms = restOf(answer)
    gate.rest(ms)
    const text = `${meaning ?? `HTTP ${status}: too many requests`}; resting for ${ms} ms`
    return new TickstreamError('environment', text, { retryable: true, cause })
  }
  if (meaning !== null) return new TickstreamError('environment', `${meaning}; asked was ${path}`, { cause })
  const advice = status >= 500 ? '' : `; check SYMBOLS and the exchange's REST base, asked was ${path}`
  return new TickstreamError('environment', `HTTP ${status}: ${said}${advice}`, { retryable: status >= 500, cause })
}

export const createRest = ({ exchange, url, clock, fetchJson, random = () => 0.5, signal }: RestOptions): Rest => {
  // Paths begin with a slash of their own.
  const base = url.replace(/\/+$/, '')
  const gate = createRequestGate(exchange.limits.weightPerMinute, clock, signal)
  let refusals = 0
  return {
    ask: async ({ path, weight }, share) => {
      const endTurn = await gate.enter(weight, share)
      let used: number | null = null
      try {
        const answer = await fetchJson(base + path, signal)
        used = numberOr(answer.header(USED_WEIGHT), null)
        if (answer.status !== 200) {
          if (SHUT_OUT.has(answer.status)) gate.rest(backOffMs(refusals++, SHUT_OUT_RETRY, random))
          throw refused(gate, answer, path)
        }
        refusals = 0
        return answer.body
      } finally {
        endTurn(used)
      }
    }
  }
}
