import type { Message } from 'kafkajs'
import { kafkaTimestamp, type Outgoing } from '../../stream/topic.ts'

/** A record on its way: as the client wants it, what it weighs, and what to call when the broker has it. */
export type Queued = {
  readonly record: Outgoing
  /** With the prefix. */
  readonly topic: string
  readonly message: Message
  readonly bytes: number
  readonly done: (() => void) | null
}

/** Records and bytes that wait to be acked. */
export type Backlog = { readonly records: number; readonly bytes: number }

export type SendQueue = {
  readonly push: (item: Queued) => void
  /** The next items in order that fit in one request; a large one goes alone. */
  readonly peekBatch: () => readonly Queued[]
  /** Removes the first `count` items, which the broker has (or will never take). */
  readonly shift: (count: number) => void
  readonly backlog: () => Backlog
}

const MAX_RECORDS = 5_000
/** A partition's share of a request stays below the broker's usual limit of 1 MiB. */
const MAX_BYTES = 900_000
/** What a record costs on the wire beside its key and value. */
const OVERHEAD_BYTES = 40
const COMPACT_AFTER = 10_000

export const queued = (prefix: string, record: Outgoing, done: (() => void) | null): Queued => {
  const value = record.value === null ? null : Buffer.from(record.value)
  const message: Message = { key: record.key, value, timestamp: kafkaTimestamp(record) }
  if (record.partition !== undefined) message.partition = record.partition
  const bytes = Buffer.byteLength(record.key) + (value?.length ?? 0) + OVERHEAD_BYTES
  return { record, topic: prefix + record.topic, message, bytes, done }
}

export const createSendQueue = (): SendQueue => {
  let items: Queued[] = []
  let head = 0
  let bytes = 0
  const shift = (count: number): void => {
    for (let i = head; i < head + count; i++) bytes -= items[i]!.bytes
    head += count
    if (head < COMPACT_AFTER && head < items.length) return
    items = items.slice(head)
    head = 0
  }
  return {
    push: item => {
      items.push(item)
      bytes += item.bytes
    },
    peekBatch: () => items.slice(head, head + fitting(items, head)),
    shift,
    backlog: () => ({ records: items.length - head, bytes })
  }
}

const fitting = (items: readonly Queued[], head: number): number => {
  let bytes = 0
  let count = 0
  for (let i = head; i < items.length && count < MAX_RECORDS; i++) {
    bytes += items[i]!.bytes
    if (count > 0 && bytes > MAX_BYTES) break
    count++
  }
  return count
}
