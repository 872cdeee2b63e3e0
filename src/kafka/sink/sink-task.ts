import { metrics } from '../../runtime/observe/metrics.ts'
import { within } from '../../runtime/within.ts'
import { topicPartitionKey } from '../../stream/sink.ts'
import { LogChanged } from '../admin/log/log-check.ts'
import { createLogs } from '../admin/log/logs.ts'
import { ALL } from '../client/commit-watch.ts'
import { retryWhileUnavailable } from '../client/retry-while-unavailable.ts'
import {
  advancesTo,
  canResume,
  logsOf,
  mayBeOther,
  type OwnedPartitions,
  resumeAssignment
} from './resume-assignment.ts'
import type { EndPosition, PendingBatch } from './sink-buffer.ts'
import { storedOffset } from './sink-commits.ts'
import { applyBackpressure, BATCH, type SinkLoop as Loop, openSinkLoop, waiting } from './sink-loop.ts'
import { deadLetterAll, type SinkSettings } from './sink-options.ts'
import { STALE, type WriteResult, writeBisecting } from './write-bisecting.ts'

/** A batch waits so long for more. */
const LINGER_MS = 150
/** Positions that moved over nothing worth storing are stored this often. */
const ADVANCE_EVERY_MS = 1_000
/** Together below the five seconds that a stage has to stop. */
const FINISH_WITHIN_MS = 2_500
const LEAVE_WITHIN_MS = 1_200
const CLOSE_WITHIN_MS = 500
const IDLE_MS = 1_000
/** How often it is looked whether the logs still are those that are read, and whether partitions that stand still can go on. */
const LOOK_EVERY_MS = 5_000
/** What a sink that gathers is given when nothing came: time goes on. */
const NOTHING = { values: [], unreadable: [], ends: new Map() } as const

/** Runs a sink until the signal: reads, decodes, stores in batches with their positions. Rejects when it cannot go on. */
export const runSinkTask = async <T>(settings: SinkSettings<T>): Promise<void> => {
  const ended = new AbortController()
  const logs = settings.logs ?? createLogs(settings.kafka)
  const run = { ...settings, logs, signal: AbortSignal.any([settings.signal, ended.signal]) }
  try {
    const loop = await openSinkLoop(run, error => ended.abort(error))
    await untilStopped(loop).finally(() => leave(loop))
    ended.signal.throwIfAborted()
  } finally {
    await within(CLOSE_WITHIN_MS, Promise.all([run.sink.close(), logs.close()]), run.clock).catch(() => false)
  }
}

/** Works until the signal, and then until the batch in hand is stored, or its time is over. */
const untilStopped = <T>(loop: Loop<T>): Promise<void> => {
  const { signal } = loop.run
  const work = runLoop(loop)
  const over = new Promise<void>(resolve => {
    signal.addEventListener('abort', () => void finish(loop, work).then(resolve), { once: true })
  })
  return Promise.race([work, over])
}

/** Gives the batch in hand its time, and no more. */
const finish = async <T>(loop: Loop<T>, work: Promise<void>): Promise<void> => {
  const isDone = await within(FINISH_WITHIN_MS, work, loop.run.clock).catch(() => true)
  if (!isDone) loop.abortWrite.abort(new Error('stopped before the batch in hand was stored; it will be read again'))
}

const runLoop = async <T>(loop: Loop<T>): Promise<void> => {
  const { signal } = loop.run
  while (!signal.aborted) {
    const assignment = loop.session.assignment()
    try {
      await step(loop)
    } catch (error) {
      if (!signal.aborted && loop.session.assignment() === assignment) throw error
    }
  }
}

const step = async <T>(loop: Loop<T>): Promise<void> => {
  const { session, buffer, bell, run, owned } = loop
  const assignment = session.assignment()
  const isNew = assignment !== null && owned?.assignment !== assignment
  if (isNew) {
    loop.lag.retainOnly(assignment.partitions)
    loop.commits.clear()
  }
  if (assignment === null || assignment.partitions.length === 0) return bell.wait(IDLE_MS, run.signal)
  if (!owned || isNew) return resumeFromStored(loop)
  await lookAtLogs(loop, owned)
  if (buffer.values() < BATCH.values) await bell.wait(LINGER_MS, run.signal)
  const isQuiet = buffer.values() === 0 && run.clock.monotonicMs() - loop.storedAt < ADVANCE_EVERY_MS
  // Whatever was read meanwhile may be of a log that was cut: it is read again when the positions have been looked at.
  if (run.signal.aborted || isQuiet || session.assignment() !== assignment || loop.owned !== owned) return
  const next = buffer.drain() ?? (run.sink.storedTo ? NOTHING : null)
  applyBackpressure(loop)
  if (next) await store(loop, owned, next)
}

/** Partitions whose log was another one go on when that of before is there again; where nothing comes, a log may have become another one. */
const lookAtLogs = async <T>(loop: Loop<T>, owned: OwnedPartitions): Promise<void> => {
  const { run } = loop
  const now = run.clock.monotonicMs()
  if (now - loop.lookedAt < LOOK_EVERY_MS) return
  loop.lookedAt = now
  const isOver = owned.stopped.length > 0 && (await canResume(run, owned).catch(() => false))
  const topics = owned.assignment.partitions.map(({ topic }) => topic)
  const isOther = await run.logs.describe(topics).then(
    logs => mayBeOther(owned, logs),
    () => false
  )
  if ((isOver || isOther) && loop.owned === owned) loop.owned = null
}

/** Forgets what was read, and goes on from what is stored. */
const resumeFromStored = async <T>(loop: Loop<T>): Promise<void> => {
  const { session, buffer, run } = loop
  const assignment = session.assignment()
  if (!assignment) return
  session.close(assignment.partitions)
  buffer.clear()
  loop.isPaused = false
  const isSuperseded = (): boolean => session.assignment() !== assignment
  const work = () => resumeAssignment(run, assignment)
  const { result } = await retryWhileUnavailable(work, waiting(run, run.sink.name), isSuperseded)
  if (!result || isSuperseded()) return
  loop.owned = result.owned
  loop.lookedAt = run.clock.monotonicMs()
  loop.reportStopped(result.owned.stopped)
  session.open(result.starts)
  run.health.report('consumer', null)
  run.log.info({ partitions: result.starts.length }, 'partitions taken')
}

const store = async <T>(loop: Loop<T>, owned: OwnedPartitions, next: PendingBatch<T>): Promise<void> => {
  const { run, session, abortWrite: cut } = loop
  const { revoked } = owned.assignment
  await deadLetterAll(run, 'undecodable', next.unreadable)
  const ends = [...next.ends.values()]
  const storedSum = () => ends.reduce((sum, at) => sum + storedOffset(run.sink, owned, at), 0n)
  const before = storedSum()
  const batch = { values: next.values, advances: advancesTo(owned, ends) }
  const sink = loop.committer.fencedSink(owned)
  const work = async (): Promise<WriteResult> => {
    try {
      await loop.checkLogs(logsOf(owned, ends))
      return await writeBisecting(sink, batch, cut.signal, refused => deadLetterAll(run, 'refused', refused))
    } catch (error) {
      if (!cut.signal.aborted && !revoked.aborted) loop.commits.failed(ALL, error)
      if (error instanceof LogChanged) return STALE
      throw error
    }
  }
  loop.commits.due(ALL)
  const timer = metrics.sinkBatchSeconds.startTimer({ sink: run.sink.name })
  const isSuperseded = (): boolean => session.assignment() !== owned.assignment
  const until = { ...waiting(run, run.sink.name), signal: AbortSignal.any([run.signal, revoked]) }
  const { result, failures } = await retryWhileUnavailable(work, until, isSuperseded)
  timer()
  if (result.outcome === 'written') await stored(loop, owned, next, ends, result)
  if (result.outcome === 'written' && storedSum() !== before) loop.commits.done(ALL)
  else loop.commits.clear()
  if (result.outcome === 'stale')
    run.log.warn({ failures }, 'positions had moved: another owner, or a commit whose answer was lost; reading again')
  // After an outage the offsets may be gone from the topic, and the client would skip them without a word: look again.
  if (result.outcome === 'stale' || failures > 0) loop.owned = null
}

const stored = async <T>(
  loop: Loop<T>,
  owned: OwnedPartitions,
  next: PendingBatch<T>,
  ends: readonly EndPosition[],
  outcome: WriteResult
): Promise<void> => {
  const { sink, clock } = loop.run
  for (const at of ends) {
    owned.stored.set(topicPartitionKey(at), at.next)
    owned.epochs.set(topicPartitionKey(at), at.leaderEpoch)
    loop.lag.stored(at, storedOffset(sink, owned, at))
  }
  metrics.sinkRows.inc({ sink: sink.name }, next.values.length - outcome.refused.length)
  const now = clock.now()
  for (const time of next.values.map(({ value }) => sink.time(value)))
    if (time !== null) metrics.eventLag.observe({ stage: sink.name }, Math.max(0, now - time) / 1_000)
  loop.storedAt = clock.monotonicMs()
  await loop.committer.commitWhenDue(owned)
}

/** Leaves the group at once, so that others need not wait for it to be missed. */
const leave = async <T>(loop: Loop<T>): Promise<void> => {
  const { owned, session, run, committer: membership } = loop
  const goodbye = async (): Promise<void> => {
    if (owned) await membership.commit(owned)
    await session.leave()
  }
  await within(LEAVE_WITHIN_MS, goodbye(), run.clock).catch(() => false)
}
