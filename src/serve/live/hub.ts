import { type Channel, type Filter, isExact, matches, seriesKey, type Update } from './channels.ts'

/** Where messages of a subscription go. */
export type Subscriber = {
  readonly send: (message: Message) => void
  /** It has not read yet what was sent before. */
  readonly isSlow: () => boolean
}

/** What a subscriber is told: the newest state first, then what changes. `skipped` records were left out for being older than what is told. */
export type Message = {
  readonly type: 'snapshot' | 'update'
  readonly id: string
  readonly seq: number
  readonly data: readonly object[]
  readonly skipped: number
}

/** Which records a client wants to receive. */
export type Subscription = { readonly id: string; readonly channel: Channel; readonly filter: Filter }

/** Sends updates to subscriptions. A slow reader gets the newest state of each series instead of a growing queue. */
export type Hub = {
  /** Sends the snapshot at once, and from then on every change. The returned function ends the subscription. */
  readonly subscribe: (to: Subscription, subscriber: Subscriber) => () => void
  readonly publish: (update: Update) => void
  /** Sends what has come since the last time. */
  readonly flush: () => void
  readonly size: () => number
}

/** What waits for one subscription. */
type Waiting = {
  readonly to: Subscription
  readonly subscriber: Subscriber
  readonly pending: Map<string, Update>
  skipped: number
  seq: number
}

/** A slow reader's records beyond that become the newest of their series. */
const MAX_PENDING = 200

const retainNewest = (waiting: Waiting): void => {
  const newest = new Map([...waiting.pending.values()].map(update => [update.series, update] as const))
  waiting.skipped += waiting.pending.size - newest.size
  waiting.pending.clear()
  for (const update of newest.values()) waiting.pending.set(update.name, update)
}

const publish = (waiting: Waiting): void => {
  const { to, subscriber, pending, skipped } = waiting
  const data = [...pending.values()].map(({ value }) => value)
  subscriber.send({ type: 'update', id: to.id, seq: ++waiting.seq, data, skipped })
  pending.clear()
  waiting.skipped = 0
}

/** `snapshot`: the newest state that a subscription begins with. */
export const createHub = (snapshot: (to: Subscription) => readonly object[]): Hub => {
  const exact = new Map<string, Set<Waiting>>()
  const wide = new Map<Channel, Set<Waiting>>()
  const dirty = new Set<Waiting>()

  const indexOf = ({ channel, filter }: Subscription): readonly [Map<string, Set<Waiting>>, string] =>
    isExact(channel, filter) ? [exact, seriesKey(channel, filter)] : [wide, channel]

  const enqueue = (waiting: Waiting, update: Update): void => {
    waiting.pending.delete(update.name)
    waiting.pending.set(update.name, update)
    if (waiting.pending.size > MAX_PENDING && waiting.subscriber.isSlow()) retainNewest(waiting)
    dirty.add(waiting)
  }

  return {
    subscribe: (to, subscriber) => {
      const waiting: Waiting = { to, subscriber, pending: new Map(), skipped: 0, seq: 0 }
      const [index, key] = indexOf(to)
      index.set(key, (index.get(key) ?? new Set()).add(waiting))
      subscriber.send({ type: 'snapshot', id: to.id, seq: 0, data: snapshot(to), skipped: 0 })
      return () => {
        const others = index.get(key)
        others?.delete(waiting)
        if (others?.size === 0) index.delete(key)
        dirty.delete(waiting)
      }
    },
    publish: update => {
      for (const waiting of exact.get(seriesKey(update.channel, update.fields)) ?? []) enqueue(waiting, update)
      for (const waiting of wide.get(update.channel) ?? [])
        if (matches(update.channel, waiting.to.filter, update.fields)) enqueue(waiting, update)
    },
    flush: () => {
      for (const waiting of dirty) {
        if (waiting.subscriber.isSlow()) continue
        dirty.delete(waiting)
        publish(waiting)
      }
    },
    size: () => [...exact.values(), ...wide.values()].reduce((sum, waiting) => sum + waiting.size, 0)
  }
}
