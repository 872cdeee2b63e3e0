import { TickstreamError } from '../market/error.ts'
import type { EpochMs } from '../market/time.ts'
import type { Codec } from './codec/codec.ts'

/** One topic as the code sees it: its name without the prefix, and how values become records. */
export type Topic<T> = {
  readonly name: string
  readonly codec: Codec<T>
  readonly key: (value: T) => string
  /** Event time, which becomes the Kafka timestamp. */
  readonly time: (value: T) => EpochMs
  /**
   * True for a value whose time is that of this machine's clock, which may be hours ahead: a broker refuses what lies more than an hour ahead
   * of its own, so that such a record is sent without a timestamp.
   */
  readonly isLocalTime?: (value: T) => boolean
}

/** A record ready to be sent; `value` null is a tombstone. `partition` only where the key's default is not wanted. */
export type Outgoing = {
  readonly topic: string
  readonly key: string
  readonly value: string | null
  /** Becomes the Kafka timestamp; null: it has none. */
  readonly time: EpochMs | null
  readonly partition?: number
}

export const outgoing = <T>(topic: Topic<T>, value: T): Outgoing => ({
  topic: topic.name,
  key: topic.key(value),
  value: topic.codec.encode(value),
  time: topic.isLocalTime?.(value) ? null : topic.time(value)
})

/** A record's timestamp as Kafka writes it: -1 is none, which no broker refuses. */
export const kafkaTimestamp = ({ time }: Outgoing): string => String(time ?? -1)

/** A record as it was read. `topic` is without the prefix. */
export type Incoming = {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly timestamp: EpochMs
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>
  /** Why the records of a batch could not be taken out of it; `value` is the whole batch then, and this is its last record. */
  readonly unreadable?: string
}

/** A record that cannot be used, and why. */
export type Refused = { readonly record: Incoming; readonly error: TickstreamError }

/** A record says its event's time twice, in its value and as its timestamp: they may differ by so much. */
const MAX_AHEAD_MS = 60_000

/**
 * The value of a record. No broker takes a timestamp of the future; a value whose event is later than its record's timestamp has not
 * happened, whoever wrote it. Times of a machine's clock, and records without a timestamp (-1), are not held against it.
 */
export const decodeRecord = <T>(topic: Omit<Topic<T>, 'name' | 'key'>, bytes: Buffer, timestamp: number): T => {
  const value = topic.codec.decode(bytes)
  const time = topic.time(value)
  if (timestamp > 0 && time > timestamp + MAX_AHEAD_MS && !topic.isLocalTime?.(value))
    throw new TickstreamError(
      'TS-DATA',
      `its time ${time} is more than ${MAX_AHEAD_MS} ms later than the record's timestamp, ${timestamp}`
    )
  return value
}

/** Sends records in the order given, batched and idempotent; resolves when the broker has them all. Waits out a broker that is away. */
export type Publisher = {
  readonly send: (records: readonly Outgoing[]) => Promise<void>
  readonly close: () => Promise<void>
}
