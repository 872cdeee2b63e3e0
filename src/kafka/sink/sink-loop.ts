import { TickstreamError } from '../../market/error.ts'
import { type Bell, createBell } from '../../runtime/bell.ts'
import { moveGroupRemedy } from '../admin/log/log-change.ts'
import { createLogCheck, type LogCheck } from '../admin/log/log-check.ts'
import { createStoppedReport, type StoppedReport } from '../admin/log/report-stopped.ts'
import { offsetRanges } from '../admin/log/resume-offsets.ts'
import { type CommitWatch, createCommitWatch } from '../client/commit-watch.ts'
import { type ConsumerSession, createConsumerSession, type RecordBatch } from '../client/consumer-session.ts'
import { incomingRecord } from '../client/incoming-record.ts'
import { retryWhileUnavailable, type Waiting } from '../client/retry-while-unavailable.ts'
import { withAdmin } from '../client/with-admin.ts'
import { isContinuous, type OwnedPartitions } from './resume-assignment.ts'
import { createSinkBuffer, type SinkBuffer } from './sink-buffer.ts'
import { createOffsetCommitter, type OffsetCommitter } from './sink-commits.ts'
import { createSinkLag, type SinkLag } from './sink-lag.ts'
import type { SinkOptions } from './sink-options.ts'

/** One transaction holds at most so much. */
export const BATCH = { values: 1_000, bytes: 8 << 20 }
/** Fetching stops above the first and goes on below the second, in bytes. */
const PAUSE_BYTES = { above: 8 << 20, below: 2 << 20 }

/** A sink at work: what it reads with, what waits, and what it owns. */
export type SinkLoop<T> = {
  readonly run: SinkOptions<T>
  readonly buffer: SinkBuffer<T>
  readonly bell: Bell
  readonly lag: SinkLag
  /** Raised when the batch in hand must be given up too. */
  readonly abortWrite: AbortController
  readonly committer: OffsetCommitter<T>
  readonly commits: CommitWatch
  readonly checkLogs: LogCheck
  readonly reportStopped: StoppedReport
  readonly session: ConsumerSession
  owned: OwnedPartitions | null
  isPaused: boolean
  storedAt: number
  /** When the logs were looked at last. */
  lookedAt: number
}

/** Takes what was read, unless the log may have been cut under the reader: then the positions are looked at again. */
const receive = <T>(loop: SinkLoop<T>, batch: RecordBatch): void => {
  if (!loop.owned) return
  const { topic, partition, next, leaderEpoch, first, messages, highWatermark } = batch
  const end = { topic, partition, next, leaderEpoch }
  if (!isContinuous(loop.owned, end, first)) {
    loop.owned = null
    loop.bell.ring()
    return
  }
  const name = topic.slice(loop.run.prefix.length)
  loop.lag.ends(end, highWatermark)
  loop.buffer.add(
    end,
    messages.map(message => incomingRecord(name, partition, message))
  )
  if (loop.buffer.values() >= BATCH.values) loop.bell.ring()
  applyBackpressure(loop)
}

/** Keeps what waits within bounds, also while the sink is away. */
export const applyBackpressure = <T>(loop: SinkLoop<T>): void => {
  const bytes = loop.buffer.bytes()
  const shouldPause = bytes > (loop.isPaused ? PAUSE_BYTES.below : PAUSE_BYTES.above)
  const { session } = loop
  const partitions = session.assignment()?.partitions ?? []
  if (shouldPause && !loop.isPaused) session.pause(partitions)
  if (!shouldPause && loop.isPaused) session.resume(partitions)
  loop.isPaused = shouldPause
}

/** How an outage of a part is told and waited out. */
export const waiting = <T>({ clock, log, health, signal }: SinkOptions<T>, part: string): Waiting => ({
  clock,
  log,
  health,
  part,
  signal
})

const ended = (cause: Error): TickstreamError =>
  new TickstreamError('TS-SETUP', `the consumer ended: ${cause.message}`, { cause })

/** Joins the group of a sink. */
export const openSinkLoop = async <T>(run: SinkOptions<T>, onEnd: (error: Error) => void): Promise<SinkLoop<T>> => {
  const { sink, kafka, prefix, clock, log, health } = run
  const names = sink.topics.map(topic => prefix + topic)
  await retryWhileUnavailable(() => withAdmin(kafka, admin => offsetRanges(admin, names)), waiting(run, 'kafka'))
  const remedy = sink.remedy === undefined ? moveGroupRemedy(prefix, sink.name) : () => sink.remedy!
  const bell = createBell(clock)
  const session = createConsumerSession(
    kafka,
    { groupId: prefix + sink.name, topics: names, restartsWhile: () => true },
    {
      onAssigned: () => bell.ring(),
      onRevoked: () => bell.ring(),
      onBatch: batch => receive(loop, batch),
      onCrash: (error, restarts) => {
        if (!restarts) return onEnd(ended(error))
        health.report('consumer', error.message)
        log.warn({ err: error }, 'the consumer broke off and starts again; nothing is lost')
      }
    }
  )
  const loop: SinkLoop<T> = {
    run,
    bell,
    session,
    committer: createOffsetCommitter(run, session),
    commits: createCommitWatch({ stage: sink.name, clock, health }),
    checkLogs: createLogCheck(run.logs, names),
    reportStopped: createStoppedReport({ stage: sink.name, log, health, remedy }),
    buffer: createSinkBuffer(sink.read, BATCH),
    lag: createSinkLag(prefix + sink.name),
    abortWrite: new AbortController(),
    owned: null,
    isPaused: false,
    storedAt: 0,
    lookedAt: 0
  }
  await session.join()
  return loop
}
