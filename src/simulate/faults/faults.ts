import type { Delivered, MarketEvent } from '../market/market.ts'
import type { Fault } from './fault.ts'

/** What goes wrong with the market on its way out. */
export type Faults = {
  /** Faults that are due now, seconds since the start; those that touch trades are taken up, the others are the caller's. */
  readonly due: (seconds: number) => readonly Fault[]
  /** What is sent in place of a trade or a change of a book. */
  readonly pass: (event: MarketEvent) => readonly Delivered[]
  /** True for a trade that neither stream nor history has. */
  readonly isUnrecoverable: (native: string, id: number) => boolean
}

type Active = { readonly fault: Fault; left: number; readonly delayed: MarketEvent[] }

/** `depthGap` touches changes of books, all others touch trades. */
const concerns = ({ kind, native }: Fault, { feed, channel, print }: MarketEvent): boolean =>
  (kind === 'depthGap' ? channel === 'depth@100ms' : print !== null) &&
  (native ?? feed.listing.native) === feed.listing.native

/** The trade as it was, sent with a time that is still to come; `futureEvent` moves that of the whole frame. */
const ofTheFuture = (event: MarketEvent, { kind, seconds }: Fault): MarketEvent => {
  const fields = kind === 'futureTrade' ? /"(T)":(\d+)/ : /"(E|T)":(\d+)/g
  const moved = (_: string, name: string, time: string): string => `"${name}":${Number(time) + seconds * 1_000}`
  const print = event.print && { ...event.print, time: event.print.time + seconds * 1_000 }
  const time = kind === 'futureEvent' ? event.time + seconds * 1_000 : event.time
  return { ...event, time, print, data: () => event.data()?.replace(fields, moved) ?? null }
}

/** Venues name prices and sizes in several ways, and send them as texts or as numbers. */
const MALFORMED: readonly ((frame: string) => string)[] = [
  frame => frame.slice(0, frame.length / 2),
  frame => frame.replace(/"(p|px|price|price_str)":"?[\d.]+"?/g, '"$1":"NaN"'),
  frame => frame.replace(/"(q|v|sz|size|qty|amount|amount_str)":("?)(?=\d)/g, '"$1":$2-'),
  frame => (frame.includes('"data":') ? frame.replace(/"data":.*\}$/, '"data":null}') : '{"data":null}'),
  () => 'trade?'
]

const asItIs = (event: MarketEvent): Delivered => ({ event, garble: null })

/** Trades and changes that are touched one after the other, each by the first fault that wants it. */
export const createFaults = (planned: readonly Fault[]): Faults => {
  const waiting = planned.map(fault => ({ fault, at: fault.firstAt }))
  const unrecoverable = new Map<string, Set<number>>()
  let active: Active[] = []
  let garbled = 0
  const loseForGood = ({ feed, print }: MarketEvent): void => {
    const { native } = feed.listing
    if (print) unrecoverable.set(native, (unrecoverable.get(native) ?? new Set()).add(print.id))
  }
  const garbage = (event: MarketEvent): Delivered => ({
    event,
    garble: MALFORMED[garbled++ % MALFORMED.length]!
  })
  const release = (one: Active): readonly Delivered[] =>
    one.left > 0 ? [] : one.delayed.splice(0).reverse().map(asItIs)
  const touch = (one: Active, event: MarketEvent): readonly Delivered[] => {
    const { kind } = one.fault
    if (kind === 'unrecoverable') loseForGood(event)
    if (kind === 'duplicateFrames') return [event, event].map(asItIs)
    if (kind === 'futureTrade' || kind === 'futureEvent') return [asItIs(ofTheFuture(event, one.fault))]
    if (kind === 'malformed') return [garbage(event), asItIs(event)]
    if (kind !== 'reorder') return []
    one.delayed.push(event)
    return release(one)
  }
  return {
    due: seconds => {
      const now = waiting.filter(one => one.at <= seconds)
      for (const one of now) {
        one.at = one.fault.every === null ? Number.POSITIVE_INFINITY : one.at + one.fault.every
        if (one.fault.count > 0) active.push({ fault: one.fault, left: one.fault.count, delayed: [] })
      }
      return now.map(one => one.fault)
    },
    pass: event => {
      const one = active.find(({ fault }) => concerns(fault, event))
      if (!one) return [asItIs(event)]
      one.left--
      if (one.left === 0) active = active.filter(other => other !== one)
      return touch(one, event)
    },
    isUnrecoverable: (native, id) => unrecoverable.get(native)?.has(id) ?? false
  }
}
