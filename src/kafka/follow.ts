import type { Consumer, Kafka } from 'kafkajs'
import { aborted } from '../runtime/aborted.ts'
import { backOffMs } from '../runtime/back-off.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Health } from '../runtime/health.ts'
import { metrics } from '../runtime/metrics.ts'
import { type Place, placeKey } from '../stream/sink.ts'
import type { Incoming } from '../stream/topic.ts'
import { groupSession } from './group-session.ts'
import { incomingOf } from './incoming-of.ts'
import { isFinal } from './kafka-errors.ts'
import { offsetsOf } from './read-range.ts'

/** A topic (without the prefix) to follow: `back` so many records before its end, or from its beginning. */
type Followed = { readonly topic: string; readonly back: number | 'all' }

/** Where a partition is read from, and where it ended when that was decided. */
type Begin = Place & { readonly from: bigint; readonly end: bigint }

/** What is followed, and who hears of it. */
export type Follow = {
  readonly kafka: Kafka
  readonly prefix: string
  /** A group of its own: it takes every partition, and leaves no position behind. */
  readonly groupId: string
  readonly topics: readonly Followed[]
  /** The first offset that somebody else does not have yet, by `placeKey`: nothing from there on is left out. */
  readonly stored: ReadonlyMap<string, bigint>
  readonly onRecord: (record: Incoming) => void
  /** All is read that was there at the start. */
  readonly onCaughtUp: () => void
  readonly clock: Clock
  readonly random: () => number
  readonly health: Health
  readonly signal: AbortSignal
}

/** However far behind somebody else is: more than this is not held in memory. */
const MOST_BACK = 200_000n

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** Where to begin in what a partition holds, `[low, high)`. Pure. */
const beginOf = (
  held: { readonly low: bigint; readonly high: bigint },
  back: Followed['back'],
  stored: bigint | undefined
): bigint => {
  if (back === 'all') return held.low
  const wanted = smaller(stored ?? held.low, held.high - BigInt(back))
  return larger(held.low, larger(wanted, held.high - MOST_BACK))
}

const beginsOf = async ({ kafka, prefix, topics, stored }: Follow): Promise<readonly Begin[]> => {
  const begins: Begin[] = []
  for (const { topic: name, back } of topics) {
    const topic = prefix + name
    for (const { partition, low, high } of await offsetsOf(kafka, topic))
      begins.push({
        topic,
        partition,
        from: beginOf({ low, high }, back, stored.get(placeKey({ topic, partition }))),
        end: high
      })
  }
  return begins
}

type State = {
  readonly follow: Follow
  /** The next offset of each partition, kept over a broken connection. */
  readonly positions: Map<string, bigint>
  /** Partitions that are not yet read to where they ended at the start. */
  readonly behind: Map<string, bigint>
  readonly places: readonly Place[]
  failures: number
}

const moveOn = (state: State, place: Place, next: bigint): void => {
  const key = placeKey(place)
  if (next <= (state.positions.get(key) ?? 0n)) return
  state.positions.set(key, next)
  const end = state.behind.get(key)
  if (end === undefined || next < end) return
  state.behind.delete(key)
  if (state.behind.size === 0) state.follow.onCaughtUp()
}

const listen = (state: State, consumer: Consumer, fail: (error: Error) => void): void => {
  const { health, groupId } = state.follow
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const place of state.places)
      consumer.seek({ ...place, offset: String(state.positions.get(placeKey(place)) ?? 0n) })
    state.failures = 0
    health.report('broker', null)
  })
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const { topic, partition, lastOffset, highWatermark } = payload
    moveOn(state, { topic, partition }, BigInt(lastOffset) + 1n)
    const lag = Math.max(0, Number(BigInt(highWatermark) - BigInt(lastOffset) - 1n))
    metrics.consumerLag.set({ consumergroup: groupId, topic, partition }, lag)
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    health.report('broker', payload.error.message)
    if (!payload.restart) fail(payload.error)
  })
}

/** One life of a consumer: until the signal, or until it breaks off for good. */
const readOnce = async (state: State): Promise<void> => {
  const { kafka, groupId, prefix, onRecord, signal } = state.follow
  const consumer = kafka.consumer({ groupId, ...groupSession, readUncommitted: false, maxWaitTimeInMs: 100 })
  try {
    const broken = new Promise<never>((_, reject) => listen(state, consumer, reject))
    broken.catch(() => undefined)
    await consumer.connect()
    await consumer.subscribe({ topics: [...new Set(state.places.map(({ topic }) => topic))], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { topic, partition, messages } }) => {
        const position = state.positions.get(placeKey({ topic, partition })) ?? 0n
        for (const message of messages)
          if (BigInt(message.offset) >= position) onRecord(incomingOf(topic.slice(prefix.length), partition, message))
      }
    })
    await Promise.race([broken, aborted(signal)])
  } finally {
    await consumer.disconnect().catch(() => undefined)
  }
}

/**
 * Hands over committed records of whole topics as they come, in order within each partition, until the signal. A broker that is away
 * is waited for; nothing is left out and nothing comes twice. Throws what no waiting mends, a missing topic for one.
 */
export const follow = async (of: Follow): Promise<void> => {
  const { clock, random, health, signal } = of
  const begins = await beginsOf(of)
  const state: State = {
    follow: of,
    positions: new Map(begins.map(begin => [placeKey(begin), begin.from])),
    behind: new Map(begins.filter(({ from, end }) => from < end).map(begin => [placeKey(begin), begin.end])),
    places: begins.map(({ topic, partition }) => ({ topic, partition })),
    failures: 0
  }
  if (state.behind.size === 0) of.onCaughtUp()
  while (!signal.aborted) {
    try {
      await readOnce(state)
    } catch (error) {
      if (signal.aborted) return
      if (isFinal(error)) throw error
      health.report('broker', error instanceof Error ? error.message : String(error))
      await clock
        .sleep(backOffMs(state.failures++, { firstMs: 200, mostMs: 5_000 }, random), signal)
        .catch(() => undefined)
    }
  }
}
