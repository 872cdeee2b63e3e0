import type { EpochMs } from '../../market/time.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Incoming } from '../../stream/topic.ts'
import type { RecordSource, RecordTarget } from '../ports.ts'
import { byTime } from './by-time.ts'

/** A broker takes a batch of about a megabyte; half of that leaves room for keys and headers. */
const MAX_BYTES = 512 << 10
const MAX_RECORDS = 4_000

/** Records in pieces that a broker takes at once; one that is larger by itself goes alone. */
export function* slices(records: readonly Incoming[]): Generator<readonly Incoming[]> {
  let from = 0
  let bytes = 0
  for (let at = 0; at < records.length; at++) {
    const size = (records[at]!.value?.length ?? 0) + (records[at]!.key?.length ?? 0)
    if (at > from && (bytes + size > MAX_BYTES || at - from >= MAX_RECORDS)) {
      yield records.slice(from, at)
      from = at
      bytes = 0
    }
    bytes += size
  }
  if (from < records.length) yield from === 0 ? records : records.slice(from)
}

/** What a replay runs with. `onSent` hears of every record that is safe at its target. */
export type Replaying = {
  readonly source: RecordSource
  readonly target: RecordTarget
  readonly partitions: readonly number[]
  readonly speed: number | 'max'
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onSent: (records: readonly Incoming[]) => void
}

const send = async ({ target, onSent, signal }: Replaying, records: readonly Incoming[]): Promise<void> => {
  for (const slice of slices(records)) {
    signal.throwIfAborted()
    await target(slice)
    onSent(slice)
  }
}

const asFastAsItGoes = async (replaying: Replaying): Promise<void> => {
  for (;;) {
    const records = await replaying.source.next()
    if (records === null) return
    await send(replaying, records)
  }
}

/** The moment, on a clock that never jumps, at which a record is due: as far from the first one as it was recorded, over `speed`. */
const dueFrom =
  (firstTime: EpochMs, startedMs: number, speed: number) =>
  (record: Incoming): number =>
    startedMs + (record.timestamp - firstTime) / speed

const MAX_AT_ONCE = 4_000

const atPace = async (replaying: Replaying, speed: number): Promise<void> => {
  const { source, partitions, clock, signal } = replaying
  let due: ((record: Incoming) => number) | null = null
  let ready: Incoming[] = []
  const flush = async (): Promise<void> => {
    const records = ready
    ready = []
    await send(replaying, records)
  }
  for await (const record of byTime(source, partitions)) {
    due ??= dueFrom(record.timestamp, clock.monotonicMs(), speed)
    const waitMs = due(record) - clock.monotonicMs()
    if (waitMs > 0 || ready.length >= MAX_AT_ONCE) await flush()
    if (waitMs > 0) await clock.sleep(due(record) - clock.monotonicMs(), signal)
    ready.push(record)
  }
  await flush()
}

/** Replays every record once, in order within each partition; at the recorded pace across partitions, or as fast as it goes. */
export const replayRecords = (replaying: Replaying): Promise<void> =>
  replaying.speed === 'max' ? asFastAsItGoes(replaying) : atPace(replaying, replaying.speed)
