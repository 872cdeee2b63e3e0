import type { EpochMs } from '../market/time.ts'
import type { Incoming } from '../stream/topic.ts'

/** Offsets `[low, high)` that a partition holds. */
export type Span = { readonly partition: number; readonly low: bigint; readonly high: bigint }

/** Offsets `[from, to)` of one partition. */
export type OffsetRange = { readonly partition: number; readonly from: bigint; readonly to: bigint }

/** What is known of a recorded topic without reading it. */
export type Recording = {
  readonly spans: readonly Span[]
  /** An offset, by partition, before which no record is from then on; the end where there is none. It may be that of a mark of a transaction. */
  readonly offsetsAt: (time: EpochMs) => Promise<ReadonlyMap<number, bigint>>
}

/** Records as they are asked for; null once every range is read to its end. */
export type RecordSource = {
  readonly next: () => Promise<readonly Incoming[] | null>
  readonly nextOf: (partition: number) => Promise<readonly Incoming[] | null>
}

/** Where replayed records go; resolves when they are safe there. */
export type RecordTarget = (records: readonly Incoming[]) => Promise<void>
