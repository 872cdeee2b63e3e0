import { type Bell, createBell } from '../runtime/bell.ts'
import { metrics } from '../runtime/metrics.ts'
import { within } from '../runtime/within.ts'
import { placeKey } from '../stream/sink.ts'
import type { Incoming } from '../stream/topic.ts'
import { ALL, type CommitWatch, createCommitWatch } from './commit-watch.ts'
import { createSinkIntake, type Intake, type SinkIntake } from './sink-intake.ts'
import { createSinkLag, type SinkLag } from './sink-lag.ts'
import { createMembership, keptBy, type Membership } from './sink-membership.ts'
import { openSinkReader, type Reached, type SinkReader } from './sink-reader.ts'
import { type SinkRun, setAside } from './sink-run.ts'
import { heldOffsets } from './start-offsets.ts'
import { type Stored, storeIsolating } from './store-isolating.ts'
import { type Owned, takeAssignment } from './take-assignment.ts'
import { createTurns, type Turns } from './turns.ts'
import { waitOut } from './wait-out.ts'
import { withAdmin } from './with-admin.ts'

/** One transaction holds at most so much. */
const BATCH = { values: 1_000, bytes: 8 << 20 }
/** A batch waits so long for more. */
const LINGER_MS = 150
/** Positions that moved over nothing worth storing are stored this often. */
const ADVANCE_EVERY_MS = 1_000
/** Fetching stops above the first and goes on below the second, in bytes. */
const HELD = { above: 8 << 20, below: 2 << 20 }
/** Together below the five seconds that a stage has to stop. */
const FINISH_WITHIN_MS = 2_500
const LEAVE_WITHIN_MS = 1_200
const CLOSE_WITHIN_MS = 500
const IDLE_MS = 1_000
/** What a sink that gathers is given when nothing came: time goes on. */
const NOTHING = { values: [], unreadable: [], reached: new Map() } as const

type Loop<T> = {
  readonly run: SinkRun<T>
  readonly intake: SinkIntake<T>
  readonly bell: Bell
  readonly lag: SinkLag
  /** Raised when the batch in hand must be given up too. */
  readonly cut: AbortController
  readonly turns: Turns
  readonly membership: Membership<T>
  readonly commits: CommitWatch
  reader: SinkReader
  owned: Owned | null
  isHeld: boolean
  storedAt: number
}

/** Runs a sink until the signal: reads, decodes, stores in batches with their positions. Rejects when it cannot go on. */
export const runSink = async <T>(given: SinkRun<T>): Promise<void> => {
  const ended = new AbortController()
  const run = { ...given, signal: AbortSignal.any([given.signal, ended.signal]) }
  try {
    const loop = await start(run, error => ended.abort(error))
    await untilStopped(loop).finally(() => leave(loop))
    ended.signal.throwIfAborted()
  } finally {
    await within(CLOSE_WITHIN_MS, run.sink.close(), run.clock).catch(() => false)
  }
}

const start = async <T>(run: SinkRun<T>, onEnd: (error: Error) => void): Promise<Loop<T>> => {
  const { sink, kafka, prefix, clock, log, health } = run
  const names = sink.topics.map(topic => prefix + topic)
  await waitOut(() => withAdmin(kafka, admin => heldOffsets(admin, names)), waiting(run, 'kafka'))
  const bell = createBell(clock)
  const turns = createTurns()
  const reader = await openSinkReader(kafka, prefix, sink.name, sink.topics, {
    onRecords: (reached, records, high) => receive(loop, reached, records, high),
    onAssignment: () => {
      turns.next()
      bell.ring()
    },
    onBreak: error => {
      health.report('consumer', error.message)
      log.warn({ err: error }, 'the consumer broke off and starts again; nothing is lost')
    },
    onEnd
  })
  const loop: Loop<T> = {
    run,
    bell,
    reader,
    membership: createMembership(run, reader),
    commits: createCommitWatch({ stage: sink.name, clock, health }),
    turns,
    intake: createSinkIntake(sink.read, BATCH),
    lag: createSinkLag(prefix + sink.name),
    cut: new AbortController(),
    owned: null,
    isHeld: false,
    storedAt: 0
  }
  return loop
}

/** Works until the signal, and then until the batch in hand is stored, or its time is over. */
const untilStopped = <T>(loop: Loop<T>): Promise<void> => {
  const { signal } = loop.run
  const work = goOn(loop)
  const over = new Promise<void>(resolve => {
    signal.addEventListener('abort', () => void finish(loop, work).then(resolve), { once: true })
  })
  return Promise.race([work, over])
}

/** Gives the batch in hand its time, and no more. */
const finish = async <T>(loop: Loop<T>, work: Promise<void>): Promise<void> => {
  const isDone = await within(FINISH_WITHIN_MS, work, loop.run.clock).catch(() => true)
  if (!isDone) loop.cut.abort(new Error('stopped before the batch in hand was stored; it will be read again'))
}

const receive = <T>(loop: Loop<T>, reached: Reached, records: readonly Incoming[], high: bigint): void => {
  loop.lag.ends(reached, high)
  loop.intake.add(reached, records, reached.next)
  if (loop.intake.values() >= BATCH.values) loop.bell.ring()
  holdBack(loop)
}

/** Keeps what waits within bounds, also while the sink is away. */
const holdBack = <T>(loop: Loop<T>): void => {
  const bytes = loop.intake.bytes()
  const shouldHold = bytes > (loop.isHeld ? HELD.below : HELD.above)
  if (shouldHold !== loop.isHeld) loop.reader.hold(shouldHold)
  loop.isHeld = shouldHold
}

const waiting = <T>({ clock, log, health, signal }: SinkRun<T>, part: string) => ({ clock, log, health, part, signal })

const goOn = async <T>(loop: Loop<T>): Promise<void> => {
  const { signal } = loop.run
  while (!signal.aborted) {
    const assignment = loop.reader.assignment()
    try {
      await step(loop)
    } catch (error) {
      if (!signal.aborted && loop.reader.assignment() === assignment) throw error
    }
  }
}

const step = async <T>(loop: Loop<T>): Promise<void> => {
  const { reader, intake, bell, run } = loop
  const assignment = reader.assignment()
  const isNew = assignment !== null && loop.owned?.assignment !== assignment
  if (isNew) {
    loop.lag.keepOnly(assignment.places)
    loop.commits.clear()
  }
  if (assignment === null || assignment.places.length === 0) return bell.wait(IDLE_MS, run.signal)
  if (!loop.owned || isNew) return take(loop)
  if (intake.values() < BATCH.values) await bell.wait(LINGER_MS, run.signal)
  const isQuiet = intake.values() === 0 && run.clock.monotonicMs() - loop.storedAt < ADVANCE_EVERY_MS
  if (run.signal.aborted || isQuiet || reader.assignment() !== assignment) return
  const next = intake.take() ?? (run.sink.kept ? NOTHING : null)
  holdBack(loop)
  if (next) await store(loop, loop.owned, next)
}

/** Forgets what was read, and goes on from what is stored. */
const take = async <T>(loop: Loop<T>): Promise<void> => {
  const { reader, intake, run } = loop
  const assignment = reader.assignment()
  if (!assignment) return
  reader.silence()
  intake.clear()
  loop.isHeld = false
  const isSuperseded = (): boolean => reader.assignment() !== assignment
  const work = () => takeAssignment(run, assignment)
  const { result } = await waitOut(work, waiting(run, run.sink.name), isSuperseded)
  if (!result || isSuperseded()) return
  loop.owned = result.owned
  reader.open(result.starts)
  run.health.report('consumer', null)
  run.log.info({ partitions: result.starts.length }, 'partitions taken')
}

const store = async <T>(loop: Loop<T>, owned: Owned, next: Intake<T>): Promise<void> => {
  const { run, reader, cut } = loop
  const turn = loop.turns.signal()
  await setAside(run, 'undecodable', next.unreadable)
  const reached = [...next.reached.values()]
  const keptOf = () => reached.reduce((sum, at) => sum + keptBy(run.sink, owned, at), 0n)
  const before = keptOf()
  const advances = reached.map(at => ({ ...at, stored: owned.stored.get(placeKey(at)) ?? null }))
  const batch = { values: next.values, advances }
  const sink = loop.membership.guarded(owned, turn)
  const work = () =>
    storeIsolating(sink, batch, cut.signal, refused => setAside(run, 'refused', refused)).catch(error => {
      if (!cut.signal.aborted && !turn.aborted) loop.commits.failed(ALL, error)
      throw error
    })
  loop.commits.due(ALL)
  const timer = metrics.sinkBatchSeconds.startTimer({ sink: run.sink.name })
  const isSuperseded = (): boolean => reader.assignment() !== owned.assignment
  const until = { ...waiting(run, run.sink.name), signal: AbortSignal.any([run.signal, turn]) }
  const { result, failures } = await waitOut(work, until, isSuperseded)
  timer()
  if (result.outcome === 'written') await stored(loop, owned, next, reached, result)
  if (result.outcome === 'written' && keptOf() !== before) loop.commits.done(ALL)
  else loop.commits.clear()
  if (result.outcome === 'stale')
    run.log.warn({ failures }, 'positions had moved: another owner, or a commit whose answer was lost; reading again')
  // After an outage the offsets may be gone from the topic, and the client would skip them without a word: look again.
  if (result.outcome === 'stale' || failures > 0) loop.owned = null
}

const stored = async <T>(
  loop: Loop<T>,
  owned: Owned,
  next: Intake<T>,
  reached: readonly Reached[],
  of: Stored
): Promise<void> => {
  const { sink, clock } = loop.run
  for (const at of reached) {
    owned.stored.set(placeKey(at), at.next)
    loop.lag.stored(at, keptBy(sink, owned, at))
  }
  metrics.sinkRows.inc({ sink: sink.name }, next.values.length - of.refused.length)
  const now = clock.now()
  for (const time of next.values.map(({ value }) => sink.time(value)))
    if (time !== null) metrics.eventLag.observe({ stage: sink.name }, Math.max(0, now - time) / 1_000)
  loop.storedAt = clock.monotonicMs()
  await loop.membership.tell(owned)
}

/** Leaves the group at once, so that others need not wait for it to be missed. */
const leave = async <T>(loop: Loop<T>): Promise<void> => {
  const { owned, reader, run, membership } = loop
  const goodbye = async (): Promise<void> => {
    if (owned) await membership.commit(owned)
    await reader.close()
  }
  await within(LEAVE_WITHIN_MS, goodbye(), run.clock).catch(() => false)
}
