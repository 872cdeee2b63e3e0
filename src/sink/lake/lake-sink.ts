import { tableOf } from '../../lake/manifest/lake-paths.ts'
import { listSpans, putEntry, readEntryLog } from '../../lake/manifest/manifest.ts'
import type { LakeStore } from '../../lake/store/lake-store.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { LogIdentity, StoredPosition } from '../../stream/log-identity.ts'
import {
  type OffsetCommit,
  type Sink,
  type SinkBatch,
  type TopicPartition,
  topicPartitionKey
} from '../../stream/sink.ts'
import { rawFrames, rawTicks } from '../../topics.ts'
import { createFileBuffer, type FileBuffer, type Flush, type LakeValue } from './lake-buffer.ts'
import { readRecord } from './read-record.ts'

/** When the files of a partition are cut: by the age of their oldest record, or by what they take in memory together. */
type FlushRules = { readonly afterMs: number; readonly bytes: number }

/** The same, whether frames are taken besides trades, and at which exchanges a number goes up by one from trade to trade. */
export type LakeRules = FlushRules & { readonly frames: boolean; readonly hasChain: (exchange: string) => boolean }

const LAKE_RULES: LakeRules = { afterMs: 60_000, bytes: 64 << 20, frames: false, hasChain: () => true }

/** Offsets without anything for a lake are told of so often, lest retention seems to have taken them unread. */
const EMPTY_AFTER_MS = 600_000

/** A partition that is gathered: its files, and those that are whole and on their way into the store. */
type PartitionBuffer = {
  readonly topicPartition: TopicPartition
  topicEpoch: number
  /** The first offset that no entry of the manifest covers. */
  storedTo: number
  files: FileBuffer
  /** By a clock that never jumps; null: nothing is gathered. */
  sinceMs: number | null
  pendingFlush: Flush | null
  /** The log that is read. */
  log: LogIdentity | null
}

const begin = (
  { hasChain }: LakeRules,
  topicPartition: TopicPartition,
  topicEpoch: number,
  at: number,
  log: LogIdentity | null
): PartitionBuffer => ({
  topicPartition,
  topicEpoch,
  storedTo: at,
  files: createFileBuffer(topicPartition, topicEpoch, at, hasChain),
  sinceMs: null,
  pendingFlush: null,
  log
})

/** Where a partition goes on: after the last offset that an entry covers, as often as its topic was made. */
const lastStored = async (
  store: LakeStore,
  topicPartition: TopicPartition
): Promise<{ topicEpoch: number; next: number; log: LogIdentity | null } | null> => {
  const spans = await listSpans(store, topicPartition)
  if (spans.length === 0) return null
  const topicEpoch = Math.max(...spans.map(span => span.topicEpoch))
  const [first, ...others] = spans.filter(span => span.topicEpoch === topicEpoch)
  const last = others.reduce((most, span) => (span.last > most.last ? span : most), first!)
  return { topicEpoch, next: last.last + 1, log: await readEntryLog(store, last) }
}

/** Stores the files first, and then the entry that covers them. Files without an entry are ignored, and stored again. */
const commitFiles = async (
  to: LakeStore,
  { span, files }: Flush,
  log: LogIdentity | null,
  signal: AbortSignal
): Promise<void> => {
  for (const { about, pieces } of files) await to.put(about.path, pieces, signal)
  const { topic, partition, topicEpoch, first, last } = span
  const about = files.map(file => file.about)
  const entry = {
    topic,
    partition,
    made: topicEpoch,
    firstOffset: first,
    lastOffset: last,
    ...(log ? { log } : {}),
    files: about
  }
  await putEntry(to, { schema: `${tableOf(topic)}/2`, ...entry }, signal)
}

/** What is gathered of each partition, and by which rules it is cut. */
type State = {
  readonly to: LakeStore
  readonly clock: Clock
  readonly rules: LakeRules
  readonly buffers: Map<string, PartitionBuffer>
}

const isDue = ({ clock, rules }: State, { files, sinceMs }: PartitionBuffer): boolean => {
  if (sinceMs === null) return false
  const isOld = clock.monotonicMs() - sinceMs >= (files.rows() > 0 ? rules.afterMs : EMPTY_AFTER_MS)
  return isOld || files.bytes() >= rules.bytes
}

const storeFlush = async ({ to, rules }: State, buffer: PartitionBuffer, signal: AbortSignal): Promise<void> => {
  buffer.pendingFlush ??= buffer.files.flush()
  await commitFiles(to, buffer.pendingFlush, buffer.log, signal)
  Object.assign(
    buffer,
    begin(rules, buffer.topicPartition, buffer.topicEpoch, buffer.pendingFlush.span.last + 1, buffer.log)
  )
}

const isStale = ({ buffers }: State, commit: OffsetCommit): boolean => {
  const buffer = buffers.get(topicPartitionKey(commit))
  return buffer ? Number(commit.stored) !== buffer.files.nextOffset() : commit.stored !== null
}

const applyCommit = ({ buffers, clock, rules }: State, commit: OffsetCommit): void => {
  const topicPartition = { topic: commit.topic, partition: commit.partition }
  const buffer = buffers.get(topicPartitionKey(topicPartition))
  const next = Number(commit.next)
  // The partition begins: at its front, behind what retention has deleted, or at the front of a topic that was made anew.
  if (!buffer || commit.lost || next < buffer.storedTo) {
    const isAnew = buffer !== undefined && next < buffer.storedTo
    buffers.set(
      topicPartitionKey(topicPartition),
      begin(rules, topicPartition, (buffer?.topicEpoch ?? 0) + (isAnew ? 1 : 0), next, commit.log ?? null)
    )
    return
  }
  buffer.log = commit.log ?? buffer.log
  buffer.files.advanceTo(next)
  if (next > buffer.storedTo) buffer.sinceMs ??= clock.monotonicMs()
}

/** What the manifest covers, of each partition. */
const positions = async (
  { to, buffers, rules }: State,
  partitions: readonly TopicPartition[]
): Promise<ReadonlyMap<string, StoredPosition>> => {
  buffers.clear()
  for (const topicPartition of partitions) {
    const last = await lastStored(to, topicPartition)
    if (last)
      buffers.set(topicPartitionKey(topicPartition), begin(rules, topicPartition, last.topicEpoch, last.next, last.log))
  }
  return new Map([...buffers].map(([key, { storedTo, log }]) => [key, { next: BigInt(storedTo), log }]))
}

/** The partition of a record, which has the name of its topic without the prefix; by the broker's, which the advances have. */
const partitionKeys = (advances: readonly OffsetCommit[]): ((record: TopicPartition) => string) => {
  const keys = new Map(
    advances.map(commit => [`${tableOf(commit.topic)}/${commit.partition}`, topicPartitionKey(commit)])
  )
  return ({ topic, partition }) => keys.get(`${tableOf(topic)}/${partition}`)!
}

const write: (state: State, batch: SinkBatch<LakeValue>, signal: AbortSignal) => Promise<'written' | 'stale'> = async (
  state,
  { values, advances },
  signal
) => {
  const { buffers } = state
  signal.throwIfAborted()
  if (advances.some(commit => isStale(state, commit))) return 'stale'
  for (const buffer of buffers.values())
    if (buffer.pendingFlush || isDue(state, buffer)) await storeFlush(state, buffer, signal)
  const keyOf = partitionKeys(advances)
  for (const { value, record } of values) buffers.get(keyOf(record))?.files.add(value, Number(record.offset))
  for (const advance of advances) applyCommit(state, advance)
  return 'written'
}

/**
 * The sink of stage `sink lake`. It gathers trades, and frames where they are wanted, over many writes; its position is what the manifest covers, and a batch that
 * is not on it yet is read again after a crash. Two owners at once do no harm: a file's name holds both its offsets, so that nobody
 * ever writes something else under the name of a file that is covered.
 */
export const lakeSink = (to: LakeStore, clock: Clock, overrides: Partial<LakeRules> = {}): Sink<LakeValue> => {
  const state: State = { to, clock, rules: { ...LAKE_RULES, ...overrides }, buffers: new Map() }
  return {
    name: 'sink-lake',
    remedy: 'start it with a fresh LAKE_DIR, which is filled with what is there now',
    topics: state.rules.frames ? [rawTicks.name, rawFrames.name] : [rawTicks.name],
    read: readRecord,
    time: () => null,
    positions: partitions => positions(state, partitions),
    storedTo: topicPartition => {
      const buffer = state.buffers.get(topicPartitionKey(topicPartition))
      return buffer ? BigInt(buffer.storedTo) : null
    },
    write: (batch, signal) => write(state, batch, signal),
    close: async () => {
      const unstored = [...state.buffers.values()].filter(buffer => buffer.pendingFlush || buffer.files.rows() > 0)
      for (const buffer of unstored) await storeFlush(state, buffer, AbortSignal.timeout(CLOSE_WITHIN_MS))
      to.close()
    }
  }
}

const CLOSE_WITHIN_MS = 2_000
