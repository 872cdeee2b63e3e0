import type { Exchange, HistoryStart } from '../../exchange/exchange.ts'
import type { RestRequest } from '../../exchange/rest-interface.ts'
import type { Instrument } from '../../market/instrument.ts'
import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import type { Rest } from '../transport/rest.ts'
import type { WalkStart } from './landmarks.ts'

/** What reading history works with. */
type HistoryReader = {
  readonly exchange: Exchange
  readonly rest: Rest
  readonly clock: { readonly now: () => EpochMs }
  /** The part of the request budget that must be free. */
  readonly share?: number
}

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
/** How far an exchange that is asked by time is looked back where the time is not known. */
const LOOK_BACK_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS, 30 * DAY_MS, Number.POSITIVE_INFINITY]

/** One page of trades from an id on, oldest first, in one attempt; without a start, the newest. */
export const readTrades = async (
  reader: HistoryReader,
  instrument: Instrument,
  start: WalkStart | null,
  limit: number
): Promise<readonly Trade[]> => {
  if (start === null)
    return (await ask(reader, instrument, reader.exchange.history.trades(instrument, null, limit))).trades
  const { next } = reader.exchange.history
  const from = { id: String(start.id), notBefore: start.notBefore }
  if (next === undefined || start.notBefore !== null || start.id <= 0)
    return (await walkTo(reader, instrument, from, limit)).page
  for (const lookBackMs of LOOK_BACK_MS) {
    const notBefore = epochMs(Math.max(0, reader.clock.now() - lookBackMs))
    const { page, hasEarlier } = await walkTo(reader, instrument, { ...from, notBefore }, limit)
    if (notBefore === 0 || hasEarlier) return page
  }
  return []
}

type Walked = {
  readonly page: readonly Trade[]
  /** Whether the walk began with that trade or before it. */
  readonly hasEarlier: boolean
}

/** Goes on, page by page, until one has a trade from the id on. */
const walkTo = async (
  reader: HistoryReader,
  instrument: Instrument,
  from: HistoryStart,
  limit: number
): Promise<Walked> => {
  const { history } = reader.exchange
  let hasEarlier = false
  for (let request: RestRequest | null = history.trades(instrument, from, limit); request; ) {
    const { body, trades } = await ask(reader, instrument, request)
    hasEarlier ||= trades[0] !== undefined && chainId(trades[0]) <= Number(from.id)
    const page = trades.filter(trade => chainId(trade) >= Number(from.id))
    if (page.length > 0) return { page, hasEarlier }
    request = history.next?.(body, instrument, limit) ?? null
  }
  return { page: [], hasEarlier }
}

const ask = async (
  { exchange, rest, clock, share }: HistoryReader,
  instrument: Instrument,
  request: RestRequest
): Promise<{ readonly body: unknown; readonly trades: readonly Trade[] }> => {
  const body = await rest.ask(request, share)
  return { body, trades: exchange.history.decodeTrades(body, instrument, clock.now()) }
}
