import type { Exchange } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { retry } from '../../runtime/retry.ts'
import { createOutage, type Outage } from '../transport/outage.ts'
import type { Rest } from '../transport/rest.ts'
import type { WalkStart } from './landmarks.ts'
import { readTrades } from './read-trades.ts'

/** The exchange's history of trades, within its limits. */
export type History = {
  /**
   * One page of trades from an id on, oldest first. Asks again for ever while the exchange does not answer;
   * with `attempts`, rejects with the last failure after so many, and as soon as `isEnough` says so.
   */
  readonly trades: (
    instrument: Instrument,
    from: WalkStart,
    limit: number,
    attempts?: number,
    isEnough?: (error: unknown) => boolean
  ) => Promise<readonly Trade[]>
  /** The newest trades, oldest first. */
  readonly newest: (
    instrument: Instrument,
    limit: number,
    isEnough?: (error: unknown) => boolean
  ) => Promise<readonly Trade[]>
  readonly pageSize: number
  /** Whether its trades have the numbers by which gaps are found; none can be filled by it otherwise. */
  readonly isNumbered: boolean
}

export type HistoryOptions = {
  readonly exchange: Exchange
  readonly rest: Rest
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
  readonly random: () => number
  readonly signal: AbortSignal
}

type State = HistoryOptions & { readonly outage: Outage }

const WAITS = { firstMs: 100, mostMs: 5_000 }

const trades = async (
  state: State,
  instrument: Instrument,
  start: WalkStart | null,
  limit: number,
  attempts: number,
  isEnough: (error: unknown) => boolean
): Promise<readonly Trade[]> => {
  const read = async (): Promise<readonly Trade[]> => {
    try {
      return await readTrades(state, instrument, start, limit)
    } catch (error) {
      state.signal.throwIfAborted()
      state.outage.failed(error, instrument)
      throw error
    }
  }
  const page = await retry(read, { ...state, waits: WAITS, attempts, mayPass: error => !isEnough(error) })
  state.outage.ended()
  return page
}

/** History of one exchange. */
export const createHistory = (options: HistoryOptions): History => {
  const { exchange } = options
  const outage = createOutage({ ...options, part: `history ${exchange.id}`, what: 'history' })
  const state: State = { ...options, outage }
  return {
    trades: (instrument, from, limit, attempts = Number.POSITIVE_INFINITY, isEnough = () => false) =>
      trades(state, instrument, from, limit, attempts, isEnough),
    newest: (instrument, limit, isEnough = () => false) =>
      trades(state, instrument, null, limit, Number.POSITIVE_INFINITY, isEnough),
    pageSize: exchange.limits.tradesPerPage,
    isNumbered: exchange.history.isNumbered !== false
  }
}
