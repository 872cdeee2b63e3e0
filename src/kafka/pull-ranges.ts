import { randomUUID } from 'node:crypto'
import type { Batch, Consumer, Kafka } from 'kafkajs'
import type { Incoming } from '../stream/topic.ts'
import { incomingOf } from './incoming-of.ts'

/** Offsets `[from, to)` of one partition of `topic` (the broker's name, with its prefix). */
export type Range = { readonly topic: string; readonly partition: number; readonly from: bigint; readonly to: bigint }

/** Ranges of one topic, read as fast as they are asked for; null once the end is reached. Rejects when the signal is raised. */
export type PulledRanges = {
  /** The next records of whichever partition has some, in order within each. One call at a time. */
  readonly next: () => Promise<readonly Incoming[] | null>
  readonly nextOf: (partition: number) => Promise<readonly Incoming[] | null>
  readonly close: () => Promise<void>
}

/** A partition that holds so much unread is not fetched until half of it is gone, in bytes. */
const READ_AHEAD = 8 << 20

/** One range on its way: read from the broker up to `position`, asked for up to what is still `waiting`. */
type Stretch = { readonly range: Range; position: bigint; waiting: Incoming[][]; bytes: number; isPaused: boolean }

type State = {
  readonly topic: string
  readonly consumer: Consumer
  readonly stretches: ReadonlyMap<number, Stretch>
  readonly signal: AbortSignal
  error: unknown
  /** Called when records came, an end was reached, or it broke off. */
  wake: () => void
  readonly abort: () => void
}

const isAtEnd = (stretch: Stretch): boolean => stretch.position >= stretch.range.to
const isDone = (stretch: Stretch): boolean => isAtEnd(stretch) && stretch.waiting.length === 0

const stretchOf = (range: Range): Stretch => ({
  range,
  position: range.from,
  waiting: [],
  bytes: 0,
  isPaused: false
})

const pause = (state: State, partitions: readonly number[]): void => {
  if (partitions.length > 0) state.consumer.pause([{ topic: state.topic, partitions: [...partitions] }])
}

/** The client cannot be assigned partitions by hand: a group of its own has them all, and what is not wanted is paused. */
const join = (state: State, assigned: readonly number[]): void => {
  const isWanted = (partition: number): boolean => {
    const stretch = state.stretches.get(partition)
    return stretch !== undefined && !isAtEnd(stretch) && !stretch.isPaused
  }
  pause(
    state,
    assigned.filter(partition => !isWanted(partition))
  )
  for (const [partition, { position }] of state.stretches)
    state.consumer.seek({ topic: state.topic, partition, offset: String(position) })
}

const receive = (state: State, batch: Batch): void => {
  const stretch = state.stretches.get(batch.partition)
  if (!stretch) return
  const { position, range } = stretch
  const wanted = batch.messages.filter(({ offset }) => BigInt(offset) >= position && BigInt(offset) < range.to)
  if (wanted.length === 0) return
  stretch.waiting.push(wanted.map(message => incomingOf(batch.topic, batch.partition, message)))
  stretch.bytes += wanted.reduce((sum, message) => sum + (message.value?.length ?? 0), 0)
}

/** A range may end in marks of transactions or in what compaction took, which no handler sees: the position tells the end. */
const moveOn = (state: State, partition: number, lastOffset: string): void => {
  const stretch = state.stretches.get(partition)
  if (!stretch) return
  const next = BigInt(lastOffset) + 1n
  if (next > stretch.position) stretch.position = next
  stretch.isPaused = isAtEnd(stretch) || stretch.bytes > READ_AHEAD
  if (stretch.isPaused) pause(state, [partition])
  state.wake()
}

const shift = (state: State, stretch: Stretch): readonly Incoming[] | undefined => {
  const records = stretch.waiting.shift()
  if (!records) return undefined
  stretch.bytes -= records.reduce((sum, record) => sum + (record.value?.length ?? 0), 0)
  if (stretch.isPaused && !isAtEnd(stretch) && stretch.bytes < READ_AHEAD / 2) {
    stretch.isPaused = false
    state.consumer.resume([{ topic: state.topic, partitions: [stretch.range.partition] }])
  }
  return records
}

const pull = async (state: State, from: readonly Stretch[]): Promise<readonly Incoming[] | null> => {
  for (;;) {
    state.signal.throwIfAborted()
    if (state.error !== undefined) throw state.error
    for (const stretch of from) {
      const records = shift(state, stretch)
      if (records) return records
    }
    if (from.every(isDone)) return null
    await new Promise<void>(resolve => {
      state.wake = resolve
    })
  }
}

const listen = (state: State): void => {
  const { consumer, topic } = state
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => join(state, payload.memberAssignment[topic] ?? []))
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => moveOn(state, payload.partition, payload.lastOffset))
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart) return
    state.error = payload.error
    state.wake()
  })
  state.signal.addEventListener('abort', state.abort, { once: true })
}

/** Opens ranges of one topic (the broker's name); committed records only. Close it in any case. */
export const pullRanges = async (
  kafka: Kafka,
  topic: string,
  ranges: readonly Range[],
  signal: AbortSignal
): Promise<PulledRanges> => {
  const consumer = kafka.consumer({
    groupId: `${topic}-read-${randomUUID()}`,
    allowAutoTopicCreation: false,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 256 << 10
  })
  const wanted = ranges.filter(range => range.to > range.from)
  const stretches = new Map(wanted.map(range => [range.partition, stretchOf(range)]))
  const state: State = {
    topic,
    consumer,
    stretches,
    signal,
    error: undefined,
    wake: () => undefined,
    abort: () => state.wake()
  }
  if (stretches.size > 0) await begin(state)
  return {
    next: () => pull(state, [...stretches.values()]),
    nextOf: partition =>
      pull(
        state,
        [stretches.get(partition)].flatMap(stretch => stretch ?? [])
      ),
    close: () => {
      signal.removeEventListener('abort', state.abort)
      return consumer.disconnect()
    }
  }
}

const begin = async (state: State): Promise<void> => {
  const { consumer, topic } = state
  try {
    listen(state)
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatch: async ({ batch }) => receive(state, batch) })
  } catch (error) {
    await consumer.disconnect().catch(() => undefined)
    throw error
  }
}
