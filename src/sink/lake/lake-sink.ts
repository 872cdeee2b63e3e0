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
import { type Cut, type Gathering, gather, type LakeValue } from './lake-buffer.ts'
import { readRecord } from './read-record.ts'

/** When the files of a partition are cut: by the age of their oldest record, or by what they take in memory together. */
type CutRules = { readonly afterMs: number; readonly bytes: number }

/** The same, whether frames are taken besides trades, and at which exchanges a number goes up by one from trade to trade. */
export type LakeRules = CutRules & { readonly frames: boolean; readonly hasChain: (exchange: string) => boolean }

const LAKE_RULES: LakeRules = { afterMs: 60_000, bytes: 64 << 20, frames: false, hasChain: () => true }

/** Offsets without anything for a lake are told of so often, lest retention seems to have taken them unread. */
const EMPTY_AFTER_MS = 600_000

/** A partition that is gathered: its files, and those that are whole and on their way into the store. */
type Gathered = {
  readonly place: TopicPartition
  made: number
  /** The first offset that the store does not vouch for. */
  kept: number
  files: Gathering
  /** By a clock that never jumps; null: nothing is gathered. */
  sinceMs: number | null
  cut: Cut | null
  /** The log that is read. */
  log: LogIdentity | null
}

const begin = (
  { hasChain }: LakeRules,
  place: TopicPartition,
  made: number,
  at: number,
  log: LogIdentity | null
): Gathered => ({
  place,
  made,
  kept: at,
  files: gather(place, made, at, hasChain),
  sinceMs: null,
  cut: null,
  log
})

/** Where a partition goes on: after the last offset that an entry vouches for, as often as its topic was made. */
const lastKept = async (
  store: LakeStore,
  place: TopicPartition
): Promise<{ made: number; next: number; log: LogIdentity | null } | null> => {
  const spans = await listSpans(store, place)
  if (spans.length === 0) return null
  const made = Math.max(...spans.map(span => span.made))
  const [first, ...others] = spans.filter(span => span.made === made)
  const last = others.reduce((most, span) => (span.last > most.last ? span : most), first!)
  return { made, next: last.last + 1, log: await readEntryLog(store, last) }
}

/** Files first, and then the entry that vouches for them: what was put without one is nobody's, and is put again. */
const commitFiles = async (
  to: LakeStore,
  { span, files }: Cut,
  log: LogIdentity | null,
  signal: AbortSignal
): Promise<void> => {
  for (const { about, pieces } of files) await to.put(about.path, pieces, signal)
  const { topic, partition, made, first, last } = span
  const about = files.map(file => file.about)
  const entry = { topic, partition, made, firstOffset: first, lastOffset: last, ...(log ? { log } : {}), files: about }
  await putEntry(to, { schema: `${tableOf(topic)}/1`, ...entry }, signal)
}

/** What is gathered of each partition, and by which rules it is cut. */
type State = {
  readonly to: LakeStore
  readonly clock: Clock
  readonly rules: LakeRules
  readonly places: Map<string, Gathered>
}

const isDue = ({ clock, rules }: State, { files, sinceMs }: Gathered): boolean => {
  if (sinceMs === null) return false
  const isOld = clock.monotonicMs() - sinceMs >= (files.rows() > 0 ? rules.afterMs : EMPTY_AFTER_MS)
  return isOld || files.bytes() >= rules.bytes
}

const storeCut = async ({ to, rules }: State, gathered: Gathered, signal: AbortSignal): Promise<void> => {
  gathered.cut ??= gathered.files.cut()
  await commitFiles(to, gathered.cut, gathered.log, signal)
  Object.assign(gathered, begin(rules, gathered.place, gathered.made, gathered.cut.span.last + 1, gathered.log))
}

const isStale = ({ places }: State, commit: OffsetCommit): boolean => {
  const known = places.get(topicPartitionKey(commit))
  return known ? Number(commit.stored) !== known.files.reached() : commit.stored !== null
}

const follow = ({ places, clock, rules }: State, commit: OffsetCommit): void => {
  const place = { topic: commit.topic, partition: commit.partition }
  const known = places.get(topicPartitionKey(place))
  const next = Number(commit.next)
  // The partition begins: at its front, behind what retention has deleted, or at the front of a topic that was made anew.
  if (!known || commit.lost || next < known.kept) {
    const isAnew = known !== undefined && next < known.kept
    places.set(
      topicPartitionKey(place),
      begin(rules, place, (known?.made ?? 0) + (isAnew ? 1 : 0), next, commit.log ?? null)
    )
    return
  }
  known.log = commit.log ?? known.log
  known.files.reach(next)
  if (next > known.kept) known.sinceMs ??= clock.monotonicMs()
}

/** What the manifest vouches for, of each partition. */
const positions = async (
  { to, places, rules }: State,
  partitions: readonly TopicPartition[]
): Promise<ReadonlyMap<string, StoredPosition>> => {
  places.clear()
  for (const place of partitions) {
    const last = await lastKept(to, place)
    if (last) places.set(topicPartitionKey(place), begin(rules, place, last.made, last.next, last.log))
  }
  return new Map([...places].map(([key, { kept, log }]) => [key, { next: BigInt(kept), log }]))
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
  const { places } = state
  signal.throwIfAborted()
  if (advances.some(commit => isStale(state, commit))) return 'stale'
  for (const place of places.values()) if (place.cut || isDue(state, place)) await storeCut(state, place, signal)
  const keyOf = partitionKeys(advances)
  for (const { value, record } of values) places.get(keyOf(record))?.files.add(value, Number(record.offset))
  for (const advance of advances) follow(state, advance)
  return 'written'
}

/**
 * The sink of stage `sink lake`. It gathers trades, and frames where they are wanted, over many writes; its position is what the manifest vouches for, and a batch that
 * is not on it yet is read again after a crash. Two owners at once do no harm: a file's name holds both its offsets, so that nobody
 * ever writes something else under the name of a file that is vouched for.
 */
export const lakeSink = (to: LakeStore, clock: Clock, given: Partial<LakeRules> = {}): Sink<LakeValue> => {
  const state: State = { to, clock, rules: { ...LAKE_RULES, ...given }, places: new Map() }
  return {
    name: 'sink-lake',
    remedy: 'start it with a fresh LAKE_DIR, which is filled with what is there now',
    topics: state.rules.frames ? [rawTicks.name, rawFrames.name] : [rawTicks.name],
    read: readRecord,
    time: () => null,
    positions: partitions => positions(state, partitions),
    kept: topicPartition => {
      const known = state.places.get(topicPartitionKey(topicPartition))
      return known ? BigInt(known.kept) : null
    },
    write: (batch, signal) => write(state, batch, signal),
    close: async () => {
      const begun = [...state.places.values()].filter(gathered => gathered.cut || gathered.files.rows() > 0)
      for (const place of begun) await storeCut(state, place, AbortSignal.timeout(CLOSE_WITHIN_MS))
      to.close()
    }
  }
}

const CLOSE_WITHIN_MS = 2_000
