import type { Exchange } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Clock } from '../../runtime/clock.ts'
import { type RetryPolicy, retry } from '../../runtime/retry.ts'
import { createLandmarks } from '../history/landmarks.ts'
import { readTrades } from '../history/read-trades.ts'
import type { Rest } from '../transport/rest.ts'

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
  exchange: Exchange,
  instrument: Instrument,
  rest: Rest,
  policy: RetryPolicy & { readonly clock: Clock }
): AskHistory => {
  const reader = { exchange, rest, clock: policy.clock, share: SHARE }
  const landmarks = createLandmarks()
  const trades: AskHistory['trades'] = (fromId, limit) =>
    retry(async () => {
      const start = fromId === null ? null : landmarks.startAt(fromId)
      const page = await readTrades(reader, instrument, start, limit)
      for (const last of page.slice(-1)) landmarks.note(chainId(last), last.time)
      return page
    }, policy)
  const { firstFrom } = exchange.history
  return {
    trades,
    firstFrom: time =>
      firstFrom === null
        ? bisect(trades, time)
        : retry(
            async () => firstFrom.decode(await rest.ask(firstFrom.request(instrument, time), SHARE), instrument),
            policy
          ),
    pageSize: exchange.limits.tradesPerPage
  }
}

/** Ids are in the order of time: the first one that was printed at a time or later is found among them. */
const bisect = async (trades: AskHistory['trades'], time: EpochMs): Promise<number | null> => {
  const [newest] = await trades(null, 1)
  if (newest === undefined || newest.time < time) return null
  let [low, high] = [0, chainId(newest)]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [found] = await trades(middle, 1)
    if (found === undefined || found.time >= time) high = middle
    else low = chainId(found) + 1
  }
  return high
}
