import { isPoison, TickstreamError } from '../../market/error.ts'
import { type Received, type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import type { Incoming, Refused } from '../../stream/topic.ts'

/** A partition, the offset after what is meant, and the leader epoch of the last record before that; null where nobody says. */
export type EndPosition = TopicPartition & { readonly next: bigint; readonly leaderEpoch: number | null }

/** What is to be stored next: values in order, records that nobody can read, and how far each partition gets with them. */
export type PendingBatch<T> = {
  readonly values: readonly Received<T>[]
  readonly unreadable: readonly Refused[]
  readonly ends: ReadonlyMap<string, EndPosition>
}

/** Records of one partition that are stored together or not at all. */
type Piece<T> = {
  readonly end: EndPosition
  readonly values: Received<T>[]
  readonly unreadable: Refused[]
  next: bigint
  bytes: number
}

/** Values and bytes that one batch holds at most; a single record may be larger. */
export type BufferLimits = { readonly values: number; readonly bytes: number }

/** What was read and is not stored yet. Decodes as records come, so that what the sink skips takes no room. */
export type SinkBuffer<T> = {
  /** Records of one partition in order; `next` is the offset after the last one, control records included. */
  readonly add: (ends: EndPosition, records: readonly Incoming[]) => void
  /** As much of the oldest as the limits allow; null when there is nothing. */
  readonly drain: () => PendingBatch<T> | null
  readonly clear: () => void
  /** Values that wait. */
  readonly values: () => number
  readonly bytes: () => number
}

const asTickstreamError = (cause: unknown): TickstreamError =>
  isPoison(cause)
    ? cause
    : new TickstreamError('TS-DATA', cause instanceof Error ? cause.message : String(cause), { cause })

const readInto = <T>(piece: Piece<T>, record: Incoming, read: (record: Incoming) => T | null): void => {
  piece.next = BigInt(record.offset) + 1n
  try {
    if (record.unreadable !== undefined) throw new TickstreamError('TS-DATA', record.unreadable)
    const value = read(record)
    if (value === null) return
    piece.values.push({ value, record })
  } catch (cause) {
    piece.unreadable.push({ record, error: asTickstreamError(cause) })
  }
  piece.bytes += record.value?.length ?? 0
}

const split = <T>(
  end: EndPosition,
  records: readonly Incoming[],
  read: (record: Incoming) => T | null,
  limits: BufferLimits
): readonly Piece<T>[] => {
  const start = (): Piece<T> => ({ end, values: [], unreadable: [], next: end.next, bytes: 0 })
  let piece = start()
  const pieces = [piece]
  for (const record of records) {
    const full = piece.values.length + piece.unreadable.length >= limits.values || piece.bytes >= limits.bytes
    if (full) {
      piece = start()
      pieces.push(piece)
    }
    readInto(piece, record, read)
  }
  piece.next = end.next
  return pieces
}

const merge = <T>(pieces: readonly Piece<T>[]): PendingBatch<T> => ({
  values: pieces.flatMap(piece => piece.values),
  unreadable: pieces.flatMap(piece => piece.unreadable),
  ends: new Map(pieces.map(piece => [topicPartitionKey(piece.end), { ...piece.end, next: piece.next }]))
})

const total = <T>(pieces: readonly Piece<T>[], sizeOf: (piece: Piece<T>) => number): number =>
  pieces.reduce((sum, piece) => sum + sizeOf(piece), 0)

export const createSinkBuffer = <T>(read: (record: Incoming) => T | null, limits: BufferLimits): SinkBuffer<T> => {
  let pieces: Piece<T>[] = []
  const valuesOf = (piece: Piece<T>): number => piece.values.length + piece.unreadable.length
  const bytesOf = (piece: Piece<T>): number => piece.bytes
  const drain = (): PendingBatch<T> | null => {
    let values = 0
    let bytes = 0
    const end = pieces.findIndex((piece, at) => {
      values += valuesOf(piece)
      bytes += bytesOf(piece)
      return at > 0 && (values > limits.values || bytes > limits.bytes)
    })
    const drained = pieces.splice(0, end < 0 ? pieces.length : end)
    return drained.length === 0 ? null : merge(drained)
  }
  return {
    add: (ends, records) => void pieces.push(...split(ends, records, read, limits)),
    drain,
    clear: () => {
      pieces = []
    },
    values: () => total(pieces, valuesOf),
    bytes: () => total(pieces, bytesOf)
  }
}
