import type { Exchange, ListedStatus } from '../../exchange/exchange.ts'
import type { ListedInstrument } from '../../exchange/listed-instrument.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { Session } from '../../market/records/feed/instrument-facts.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { isRequestRefused } from '../transport/refusal.ts'
import type { Rest } from '../transport/rest.ts'

/** What the exchange said of each instrument, in their order, when it was asked, and what the list held that it answered with. */
export type ListAnswer = {
  readonly statuses: readonly ListedStatus[]
  readonly listed: readonly ListedInstrument[]
  readonly askedAt: EpochMs
}

/** By asset class; empty where no calendar was read yet. */
export type SessionsByClass = ReadonlyMap<string, readonly Session[]>

/** How the exchange is asked. */
type AskOptions = {
  readonly exchange: Exchange
  readonly instruments: readonly Instrument[]
  readonly rest: Pick<Rest, 'ask'>
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Asks the exchange; null where its list cannot be read. */
export type Ask = () => Promise<ListAnswer | null>

/** One that the exchange does not know spoils a request that names it: once there is one, its whole list is asked for. */
export const createAsk = ({ exchange, instruments, rest, clock, log, signal }: AskOptions): Ask => {
  const { listing } = exchange
  let isEachListed = true
  return async () => {
    const askedAt = clock.now()
    try {
      const body = await rest.ask(listing.request(isEachListed ? instruments : null)).catch(error => {
        if (isEachListed && isRequestRefused(error)) return rest.ask(listing.request(null))
        throw error
      })
      const first = listing.decode(body, instruments)
      const others = first.includes(undefined) ? (listing.others ?? []) : []
      const more = await Promise.all(others.map(request => rest.ask(request)))
      const statuses = more.reduce<readonly ListedStatus[]>((known, body) => {
        const other = listing.decode(body, instruments)
        return known.map((status, n) => (status === undefined ? other[n] : status))
      }, first)
      isEachListed = !statuses.includes(null)
      return { statuses, askedAt, listed: [body, ...more].flatMap(listing.instruments) }
    } catch (error) {
      if (!signal.aborted)
        log.debug({ err: error }, "the exchange's list cannot be read; what was known of SYMBOLS stands")
      return null
    }
  }
}

/**
 * Trading sessions by asset class, where one of the instruments has any. While they cannot be read, those that were read last stand: they say
 * of which days they are.
 */
export const createAskSessions = ({ exchange, instruments, rest, log, signal }: Omit<AskOptions, 'clock'>) => {
  const { calendar } = exchange.listing
  let known: SessionsByClass = new Map()
  return async (listed: readonly ListedInstrument[]): Promise<SessionsByClass> => {
    const followed = new Set(instruments.map(({ symbol }) => symbol))
    if (!calendar || !listed.some(one => followed.has(one.symbol) && calendar.isFor(one))) return known
    try {
      known = calendar.decode(await rest.ask(calendar.request))
    } catch (error) {
      if (!signal.aborted) log.debug({ err: error }, 'the trading sessions of the exchange cannot be read')
    }
    return known
  }
}
