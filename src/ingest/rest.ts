import type { Exchange } from '../exchange/exchange.ts'
import { TickstreamError } from '../market/error.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Answer, FetchJson } from './fetch-json.ts'
import { createRequestGate, type RequestGate } from './request-gate.ts'

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
  readonly signal: AbortSignal
}

const USED_WEIGHT = 'x-mbx-used-weight-1m'
const TOO_MANY = new Set([418, 429])
const REST_WITHOUT_ADVICE_MS = 10_000

const numberOr = <T>(text: string | null, otherwise: T): number | T => {
  const value = text === null || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : otherwise
}

const refused = (gate: RequestGate, answer: Answer, path: string): TickstreamError => {
  const { status } = answer
  const said = JSON.stringify(answer.body)?.slice(0, 200)
  if (TOO_MANY.has(status)) {
    const ms = numberOr(answer.header('retry-after'), REST_WITHOUT_ADVICE_MS / 1_000) * 1_000
    gate.rest(ms)
    return new TickstreamError('environment', `HTTP ${status}: too many requests, resting for ${ms} ms`, {
      retryable: true
    })
  }
  const advice = status >= 500 ? '' : `; check SYMBOLS and the exchange's REST base, asked was ${path}`
  return new TickstreamError('environment', `HTTP ${status}: ${said}${advice}`, { retryable: status >= 500 })
}

export const createRest = ({ exchange, url, clock, fetchJson, signal }: RestOptions): Rest => {
  // Paths begin with a slash of their own.
  const base = url.replace(/\/+$/, '')
  const gate = createRequestGate(exchange.limits.weightPerMinute, clock, signal)
  return {
    ask: async ({ path, weight }, share) => {
      const endTurn = await gate.enter(weight, share)
      let used: number | null = null
      try {
        const answer = await fetchJson(base + path, signal)
        used = numberOr(answer.header(USED_WEIGHT), null)
        if (answer.status !== 200) throw refused(gate, answer, path)
        return answer.body
      } finally {
        endTurn(used)
      }
    }
  }
}
