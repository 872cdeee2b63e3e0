import { compactLake } from '../../lake/maintain/compact-lake.ts'
import { removeReplaced } from '../../lake/maintain/remove-replaced.ts'
import { dayOf } from '../../lake/manifest/lake-paths.ts'
import type { LakeStore } from '../../lake/store/lake-store.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import type { TopicPartition } from '../../stream/sink.ts'

/** What a sink keeps compact while it runs. */
export type KeptLake = {
  readonly store: LakeStore
  readonly clock: Clock
  readonly log: Logger
  /** Whether this process writes a partition now; the others are somebody else's to compact. */
  readonly isMine: (topicPartition: TopicPartition) => boolean
  readonly signal: AbortSignal
}

/** Soon after a start, so that a lake of an earlier version opens everywhere. */
const SOON_MS = 10_000
/** While this process has no partition. Each round lists the manifest, which a bucket charges for. */
const STANDBY_MS = 60_000
const EVERY_MS = 3_600_000
/** Readers of the manifest that began before files were replaced have until then. */
const REMOVE_AFTER_MS = 3_600_000

/** Compacts the days that are over; resolves to whether any partition was this process's own. */
const compactOnce = async ({ store, clock, log, isMine, signal }: KeptLake): Promise<boolean> => {
  let anyMine = false
  const isOwn = (topicPartition: TopicPartition): boolean => {
    const own = isMine(topicPartition)
    anyMine ||= own
    return own
  }
  for await (const { topic, partition, filesBefore, filesAfter, rows, what } of compactLake(
    store,
    dayOf(clock.now()),
    signal,
    isOwn
  ))
    log.info({ topic, partition, filesBefore, filesAfter, rows }, `${what} of a day that is over were compacted`)
  const removed = await removeReplaced(store, clock.now() - REMOVE_AFTER_MS, signal)
  if (removed > 0) log.info({ removed }, 'files that others have replaced were removed')
  return anyMine
}

/**
 * Keeps a lake compact until the signal is raised. It never keeps the sink from writing: what fails is said, and tried again an hour later.
 * Two processes that compact the same at once do no harm, since the same parts give the same file under the same name.
 */
export const keepCompact = async (lake: KeptLake): Promise<void> => {
  const { clock, log, signal } = lake
  let waitMs = SOON_MS
  while (!signal.aborted)
    try {
      await clock.sleep(waitMs, signal)
      waitMs = (await compactOnce(lake)) ? EVERY_MS : STANDBY_MS
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'the lake was not compacted; this is tried again in an hour')
      waitMs = EVERY_MS
    }
}
