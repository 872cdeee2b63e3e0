import type { Listing } from '../listing.ts'
import type { Book, Feed, Print } from '../market.ts'
import { hashText } from '../seeded-random.ts'
import { type Arrivals, createArrivals } from './arrivals.ts'
import { createPricePath } from './price-path.ts'
import { createSeededBook } from './seeded-book.ts'
import { createSeededPrints } from './seeded-prints.ts'

const SECONDS_CACHED = 16

/** A seeded symbol, and how to let its time pass. */
export type SeededFeed = Feed & {
  /** From now on everything printed up to and including `time` has been emitted. */
  readonly emitUntil: (time: number) => void
  /** The book at a tenth of a second since the epoch. */
  readonly bookAt: (tenth: number) => Book
}

/** Keeps the seconds used last, since the stream, the book and history ask for the same ones. */
const remember = (make: (second: number) => readonly Print[]): ((second: number) => readonly Print[]) => {
  const cache = new Map<number, readonly Print[]>()
  return second => {
    const cached = cache.get(second)
    if (cached) return cached
    const prints = make(second)
    if (cache.size >= SECONDS_CACHED) cache.delete(cache.keys().next().value ?? second)
    cache.set(second, prints)
    return prints
  }
}

const walk = (
  arrivals: Arrivals,
  prints: (second: number) => readonly Print[],
  fromId: number,
  toId: number,
  each: (print: Print) => void
): void => {
  let second = arrivals.secondOf(fromId)
  for (let id = fromId; id < toId; second++) {
    const inside = prints(second)
    for (let i = id - (inside[0]?.id ?? id); i < inside.length && id < toId; i++, id++) each(inside[i]!)
  }
}

/** `perHour`: trades an hour, at least 1. `bound`: see price-path. */
export const createSeededFeed = (seeded: {
  readonly seed: number
  readonly listing: Listing
  readonly perHour: number
  readonly quiet: boolean
  readonly bound: boolean
}): SeededFeed => {
  const { seed, listing, perHour, quiet, bound } = seeded
  const key = hashText(listing.native)
  const arrivals = createArrivals({ seed, key, perHour, quiet })
  const path = createPricePath({ seed, key, level: listing.level, bound })
  const prints = remember(createSeededPrints({ seed, key, listing, arrivals, path }))
  let emitted = 0
  let endId = arrivals.firstId
  const idAt = (time: number): number => {
    const second = Math.floor(time / 1_000)
    const first = prints(second).find(print => print.time >= time)
    return first?.id ?? arrivals.idAtSecond(second + 1)
  }
  const visit: Feed['visit'] = (fromId, toId, each) =>
    walk(arrivals, prints, Math.max(fromId, arrivals.firstId), toId, each)
  const bookAt = createSeededBook({ seed, key, listing, idAt, visit })
  return {
    listing,
    firstId: () => arrivals.firstId,
    endId: () => endId,
    idAt: time => Math.min(endId, idAt(time)),
    visit,
    book: () => bookAt(Math.floor(emitted / 100)),
    bookAt,
    emitUntil: time => {
      emitted = time
      endId = idAt(time + 1)
    }
  }
}
