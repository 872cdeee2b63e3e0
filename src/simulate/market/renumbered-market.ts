import type { Feed, Market, MarketEvent, Print } from './market.ts'

/** A market whose ids can begin anew. */
export type RenumberedMarket = Market & {
  /** From the next trade on, ids count from 1, and history has nothing older. `native` null: of every symbol. */
  readonly beginAnew: (native: string | null) => void
}

/** How far the ids of a feed are above those that are emitted. */
type Renumbered = { readonly feed: Feed; base: number }

const withNewId = (print: Print, base: number): Print => (base === 0 ? print : { ...print, id: print.id - base })

const feedOf = (renumbered: Renumbered): Feed => {
  const { feed } = renumbered
  const firstId = (): number => (renumbered.base === 0 ? feed.firstId() : 1)
  return {
    listing: feed.listing,
    firstId,
    endId: () => feed.endId() - renumbered.base,
    idAt: time => Math.max(firstId(), feed.idAt(time) - renumbered.base),
    visit: (fromId, toId, each) =>
      feed.visit(fromId + renumbered.base, toId + renumbered.base, print => each(withNewId(print, renumbered.base))),
    book: feed.book
  }
}

const eventOf = (event: MarketEvent, feed: Feed, base: number): MarketEvent => {
  const { print } = event
  if (base === 0 || print === null) return { ...event, feed }
  const data = (): string | null => event.data()?.replace(/"t":\d+/, `"t":${print.id - base}`) ?? null
  return { ...event, feed, print: withNewId(print, base), data }
}

/** The same market, whose ids are as they were until they begin anew. */
export const renumberedMarket = (market: Market): RenumberedMarket => {
  const byNative = new Map([...market.feeds].map(([native, feed]) => [native, { feed, base: 0 } as Renumbered]))
  const feeds = new Map([...byNative].map(([native, renumbered]) => [native, feedOf(renumbered)]))
  return {
    ...market,
    feeds,
    advance: () =>
      market.advance().map(event => {
        const { native } = event.feed.listing
        return eventOf(event, feeds.get(native)!, byNative.get(native)!.base)
      }),
    beginAnew: native => {
      for (const [name, renumbered] of byNative)
        if (native === null || native === name) renumbered.base = renumbered.feed.endId() - 1
    }
  }
}
