import { streamOf } from '../exchange/trade-frames.ts'
import type { World } from '../world/stages.ts'
import type { SymbolEvidence } from './evidence.ts'

/** First and last id of `raw_ticks`; null when it has none. */
export const spanOf = ({ trades }: SymbolEvidence): { readonly first: number; readonly last: number } | null => {
  const ids = trades.map(({ id }) => Number(id))
  return ids.length === 0 ? null : { first: Math.min(...ids), last: Math.max(...ids) }
}

/** Ids that a process took from a socket, as they were printed, and outlived. */
const heardAlive = ({ symbol }: SymbolEvidence, { venue }: World): ReadonlySet<number> => {
  const prefix = `{"stream":"${streamOf(symbol)}","data":{"e":"trade"`
  const ids = venue.heard.flatMap(({ text, isAlive }) => {
    const id = text.startsWith(prefix) && !venue.untrue.has(text) && isAlive() ? /"t":(\d+)/.exec(text)?.[1] : undefined
    return id === undefined ? [] : [Number(id)]
  })
  return new Set(ids)
}

const phantoms = (of: SymbolEvidence): readonly string[] =>
  of.trades.flatMap(({ id, price, quantity, time, side }) => {
    const print = of.printed.get(Number(id))
    const isTrue =
      print && print.price === price && print.quantity === quantity && print.time === time && print.side === side
    return isTrue ? [] : [`${of.symbol}: trade ${id} in raw_ticks is not what the exchange printed`]
  })

/**
 * Every trade that a stream (in time, before it is given up) or history had is in `raw_ticks`, but where the broker refuses what history
 * has; and nothing that was never printed.
 */
export const judgeTrades = (of: SymbolEvidence, world: World): readonly string[] => {
  const span = spanOf(of)
  if (!span) return [`${of.symbol}: no trade was published`]
  const seen = new Set(of.trades.map(({ id }) => Number(id)))
  const heard = world.journal.faults().has('frame overdue') ? new Set<number>() : heardAlive(of, world)
  const absent = [...of.printed.keys()].filter(id => id >= span.first && !seen.has(id))
  const { hasRefused } = world.broker.refusals
  const isTaken = (id: number, via: 'stream' | 'history'): boolean => !hasRefused(of.symbol, id, via)
  const lost = absent.filter(id =>
    of.printed.get(id)?.isForgotten ? heard.has(id) && isTaken(id, 'stream') : isTaken(id, 'history')
  )
  return [
    ...phantoms(of),
    ...lost.map(id => `${of.symbol}: trade ${id} is missing in raw_ticks, though it could be had`)
  ]
}
