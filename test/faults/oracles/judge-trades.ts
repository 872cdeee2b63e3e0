import type { Print } from '../exchange/market.ts'
import type { World } from '../world/world.ts'
import type { EpochEvidence } from './evidence.ts'

/** First and last id of an epoch in `raw_ticks`; null when it has none. */
export const spanOf = ({ trades }: EpochEvidence): { readonly first: number; readonly last: number } | null => {
  const ids = trades.map(({ id }) => Number(id))
  return ids.length === 0 ? null : { first: Math.min(...ids), last: Math.max(...ids) }
}

/** What a process took from a socket, as it was printed, and outlived. */
export const heardAlive = ({ venue }: Pick<World, 'venue'>): ReadonlySet<Print | undefined> =>
  new Set(venue.heard.flatMap(({ text, isAlive }) => (isAlive() ? [venue.told.get(text)] : [])))

const phantoms = (of: EpochEvidence): readonly string[] =>
  of.trades.flatMap(({ id, price, quantity, time, side }) => {
    const print = of.printed.get(Number(id))
    const isTrue =
      print && print.price === price && print.quantity === quantity && print.time === time && print.side === side
    return isTrue ? [] : [`${of.symbol}: trade ${show(of, id)} in raw_ticks is not what the exchange printed`]
  })

/** An id as problems tell it. */
export const show = ({ epoch }: EpochEvidence, id: number | string): string =>
  epoch === 0 ? `${id}` : `${epoch}/${id}`

/** So long before the exchange forgets its trades it may be asked for them in vain. */
const LAST_MINUTE_MS = 25_000
/** Where the broker takes no trades meanwhile, and is asked again only after a while: so much longer. */
const SHUT_MS = 14_000
const SHUTTING = ['another topic in its place', 'broker away', 'request refused']

const lastMinuteMs = ({ journal }: World): number =>
  LAST_MINUTE_MS + (SHUTTING.some(kind => journal.faults().has(kind)) ? SHUT_MS : 0)

/** Whether history had the trade for as long as it takes to ask for it, and to publish it. */
const couldBeAsked = ({ forgottenAtMs }: EpochEvidence, { isForgotten, sentAtMs }: Print, world: World): boolean =>
  !isForgotten && (forgottenAtMs === null || sentAtMs < forgottenAtMs - lastMinuteMs(world))

/**
 * Every trade that a stream (in time, before it is given up) or history had is in `raw_ticks`, but where the broker refuses what history
 * has; and nothing that was never printed.
 */
export const judgeTrades = (of: EpochEvidence, world: World): readonly string[] => {
  const span = spanOf(of)
  if (!span) return []
  const seen = new Set(of.trades.map(({ id }) => Number(id)))
  const heard = world.journal.faults().has('frame overdue') ? new Set<Print>() : heardAlive(world)
  // A chain that begins while its symbol is followed is followed from its beginning.
  const from = of.epoch === 0 ? span.first : 0
  const absent = [...of.printed].filter(([id]) => id >= from && !seen.has(id))
  const { hasRefused } = world.broker.refusals
  const isTaken = (id: number, via: 'stream' | 'history'): boolean => !hasRefused(of.symbol, of.epoch, id, via)
  const lost = absent.filter(([id, print]) =>
    couldBeAsked(of, print, world) ? isTaken(id, 'history') : heard.has(print) && isTaken(id, 'stream')
  )
  return [
    ...phantoms(of),
    ...lost.map(([id]) => `${of.symbol}: trade ${show(of, id)} is missing in raw_ticks, though it could be had`)
  ]
}
