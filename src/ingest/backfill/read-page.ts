import { TickstreamError } from '../../market/error.ts'
import type { IdRange } from '../../market/id-ledger.ts'
import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'

/** What history has of the ids `from..to`, and which of them it passes over. */
export type Page = IdRange & {
  readonly trades: readonly Trade[]
  readonly absent: readonly IdRange[]
  /** When the newest trade that it gave was printed. */
  readonly time: EpochMs
}

/** Reads an answer of history to what it says about the wanted ids. Throws `TS-SETUP` when it says nothing. */
export const readPage = (found: readonly Trade[], { from, to }: IdRange): Page => {
  const newest = found.at(-1)
  if (!newest || chainId(newest) < from)
    throw new TickstreamError('TS-EXCHANGE-AWAY', `history has no trade of id ${from} or above`)
  const reached = Math.min(to, chainId(newest))
  const trades = found.filter(trade => chainId(trade) >= from && chainId(trade) <= reached)
  const after = [...trades.map(trade => chainId(trade)), reached + 1]
  const absent = after
    .map((id, at) => ({ from: at === 0 ? from : after[at - 1]! + 1, to: id - 1 }))
    .filter(range => range.from <= range.to)
  return { from, to: reached, trades, absent, time: newest.time }
}
