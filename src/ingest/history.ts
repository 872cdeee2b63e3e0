import type { Exchange } from '../exchange/exchange.ts'
import { TickstreamError } from '../market/error.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Trade } from '../market/trade.ts'
import { backOffMs } from '../runtime/back-off.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Health } from '../runtime/health.ts'
import type { Logger } from '../runtime/log.ts'
import type { Answer, FetchJson } from './fetch-json.ts'
import { createRequestGate, type RequestGate } from './request-gate.ts'

/** The exchange's history of trades, within its limits. */
export type History = {
  /**
   * One page of trades from `fromId` on, oldest first. Asks again for ever while the exchange does not answer;
   * with `attempts`, rejects with the last failure after so many.
   */
  readonly trades: (of: Instrument, fromId: number, limit: number, attempts?: number) => Promise<readonly Trade[]>
  readonly pageSize: number
}

export type HistoryOptions = {
  readonly exchange: Exchange
  /** Base of the exchange's REST interface. */
  readonly url: string
  readonly clock: Clock
  readonly fetchJson: FetchJson
  readonly log: Logger
  readonly health: Health
  readonly random: () => number
  readonly signal: AbortSignal
}

type State = HistoryOptions & { readonly gate: RequestGate; failing: boolean }

const RETRY = { firstMs: 100, mostMs: 5_000 }
const USED_WEIGHT = 'x-mbx-used-weight-1m'
const TOO_MANY = new Set([418, 429])
const REST_WITHOUT_ADVICE_MS = 10_000

const numberOr = <T>(text: string | null, otherwise: T): number | T => {
  const value = text === null || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : otherwise
}

/** One request in its turn. Throws for everything but an answer of status 200. */
const ask = async (state: State, path: string, weight: number): Promise<Answer> => {
  const endTurn = await state.gate.enter(weight)
  let used: number | null = null
  try {
    const answer = await state.fetchJson(state.url + path, state.signal)
    used = numberOr(answer.header(USED_WEIGHT), null)
    if (answer.status !== 200) throw refused(state, answer, path)
    return answer
  } finally {
    endTurn(used)
  }
}

const refused = (state: State, answer: Answer, path: string): TickstreamError => {
  const { status } = answer
  const said = JSON.stringify(answer.body)?.slice(0, 200)
  if (TOO_MANY.has(status)) {
    const ms = numberOr(answer.header('retry-after'), REST_WITHOUT_ADVICE_MS / 1_000) * 1_000
    state.gate.rest(ms)
    return new TickstreamError('environment', `HTTP ${status}: too many requests, resting for ${ms} ms`, {
      retryable: true
    })
  }
  const advice = status >= 500 ? '' : `; check SYMBOLS and the exchange's REST base, asked was ${path}`
  return new TickstreamError('environment', `HTTP ${status}: ${said}${advice}`, { retryable: status >= 500 })
}

const failed = (state: State, error: unknown): void => {
  state.signal.throwIfAborted()
  const detail = error instanceof Error ? error.message : String(error)
  const isWrong = error instanceof TickstreamError && !error.retryable
  if (!state.failing) state.log[isWrong ? 'error' : 'warn']({ detail }, 'history cannot be read; asking again')
  state.failing = true
  state.health.report(`history ${state.exchange.id}`, detail)
}

const succeeded = (state: State): void => {
  if (!state.failing) return
  state.failing = false
  state.log.info('history can be read again')
  state.health.report(`history ${state.exchange.id}`, null)
}

const trades = async (
  state: State,
  of: Instrument,
  fromId: number,
  limit: number,
  attempts: number
): Promise<readonly Trade[]> => {
  const { path, weight } = state.exchange.history.trades(of, String(fromId), limit)
  for (let failures = 0; ; failures++) {
    try {
      const { body } = await ask(state, path, weight)
      const page = state.exchange.history.decodeTrades(body, of, state.clock.now())
      succeeded(state)
      return page
    } catch (error) {
      failed(state, error)
      if (failures + 1 >= attempts) throw error
      await state.clock.sleep(backOffMs(failures, RETRY, state.random), state.signal)
    }
  }
}

/** History of one exchange; all its feeds share one queue and one budget. */
export const createHistory = (options: HistoryOptions): History => {
  const { exchange, clock, signal } = options
  const gate = createRequestGate(exchange.limits.weightPerMinute, clock, signal)
  const state: State = { ...options, gate, failing: false }
  return {
    trades: (of, fromId, limit, attempts = Number.POSITIVE_INFINITY) => trades(state, of, fromId, limit, attempts),
    pageSize: exchange.limits.tradesPerPage
  }
}
