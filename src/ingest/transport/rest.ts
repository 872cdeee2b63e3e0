import type { Exchange } from '../../exchange/exchange.ts'
import type { Refusal, RestAnswer, RestRequest } from '../../exchange/rest-interface.ts'
import { isPoison, TickstreamError } from '../../market/error.ts'
import { backOffMs } from '../../runtime/back-off.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { FetchJson } from './fetch-json.ts'
import { createRateLimiter } from './rate-limiter.ts'
import { type Answered, explainStatus } from './refusal.ts'

/** The REST interface of one exchange; all that ask share one queue and one budget. */
export type Rest = {
  /**
   * The body of one answer of status 200, asked for in its turn; throws `TS-SETUP` for any other.
   * `share`: the part of the budget that must be free for it, where others go first.
   */
  readonly ask: (request: RestRequest, share?: number) => Promise<unknown>
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

/** All requests are refused alike: they are sent less and less often. */
const BLOCKED_RETRY = { firstMs: 500, mostMs: 60_000 }

const errorOf = (
  exchange: Exchange,
  { status, body }: RestAnswer,
  refusal: Refusal | null,
  asked: string
): TickstreamError => {
  const cause: Answered = { httpStatus: status, refusal }
  const meaning = explainStatus(exchange, status)
  if (refusal?.kind === 'rate-limited') {
    const text = `${meaning ?? `HTTP ${status}: too many requests`}; resting for ${refusal.waitMs} ms`
    return new TickstreamError('TS-EXCHANGE-AWAY', text, { cause })
  }
  if (meaning !== null) return new TickstreamError('TS-EXCHANGE-REFUSED', `${meaning}; asked was ${asked}`, { cause })
  const excerpt = JSON.stringify(body)?.slice(0, 200)
  const advice = status >= 500 ? '' : `; check SYMBOLS and the exchange's REST base, asked was ${asked}`
  const code = status >= 500 ? 'TS-EXCHANGE-AWAY' : 'TS-EXCHANGE-REFUSED'
  return new TickstreamError(code, `HTTP ${status}: ${excerpt}${advice}`, { cause })
}

/** How a command, which somebody waits for, asks history again: also after an answer that cannot be read. */
export const HISTORY_RETRY = {
  waits: { firstMs: 250, mostMs: 8_000 },
  mayPass: (error: unknown): boolean => error instanceof TickstreamError && (error.retryable || isPoison(error))
}

export const createRest = ({ exchange, url, clock, fetchJson, random = () => 0.5, signal }: RestOptions): Rest => {
  // Paths begin with a slash of their own.
  const base = url.replace(/\/+$/, '')
  const { quota, refusal: refusalIn } = exchange.rest
  const gate = createRateLimiter(quota, clock, signal)
  let blocked = 0
  return {
    ask: async ({ path, cost, body }, share) => {
      const release = await gate.enter(cost, share)
      let used: number | null = null
      try {
        const answer = await fetchJson(base + path, signal, body)
        used = quota.used(answer)
        const refusal = refusalIn(answer)
        if (refusal?.kind === 'rate-limited') gate.rest(refusal.waitMs)
        if (refusal?.kind === 'blocked') gate.rest(backOffMs(blocked++, BLOCKED_RETRY, random))
        if (refusal !== null || answer.status !== 200)
          throw errorOf(exchange, answer, refusal, body === undefined ? path : `${path} ${body}`)
        blocked = 0
        return answer.body
      } finally {
        release(used)
      }
    }
  }
}
