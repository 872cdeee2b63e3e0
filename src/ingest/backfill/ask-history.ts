import type { Exchange } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Rest } from '../transport/rest.ts'
import { type RetryPolicy, retry } from '../transport/retry.ts'

/** The exchange's history as a backfill asks for it. Rejects with the last failure once it has tried often enough. */
export type AskHistory = {
  /** Trades from an id on, oldest first; without it, the newest. */
  readonly trades: (fromId: number | null, limit: number) => Promise<readonly Trade[]>
  /** Id of the first trade that was printed at a time or later; null when there is none. */
  readonly firstFrom: (time: EpochMs) => Promise<number | null>
  readonly pageSize: number
}

/** The part of the request budget that must be free: an ingest on the same address goes first. */
const SHARE = 0.5

export const createAskHistory = (
  { history, limits }: Exchange,
  of: Instrument,
  rest: Rest,
  patience: RetryPolicy
): AskHistory => ({
  trades: (fromId, limit) =>
    retry(async () => {
      const request = history.trades(of, fromId === null ? null : String(fromId), limit)
      return history.decodeTrades(await rest.ask(request, SHARE), of, patience.clock.now())
    }, patience),
  firstFrom: time =>
    retry(async () => history.decodeFirstId(await rest.ask(history.firstFrom(of, time), SHARE)), patience),
  pageSize: limits.tradesPerPage
})
