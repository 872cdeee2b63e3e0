import { parseArgs } from 'node:util'
import { TickstreamError } from '../../../src/market/error.ts'
import type { EpochMs } from '../../../src/market/time.ts'
import { parseReplay, type ReplayRequest } from '../../../src/replay/request.ts'
import { resolveRanges } from '../../../src/replay/resolve-ranges.ts'
import type { Health } from '../../../src/runtime/observe/health.ts'
import { metrics } from '../../../src/runtime/observe/metrics.ts'
import { setPositions } from '../../../src/sink/postgres/offsets.ts'
import type { Broker } from '../broker/broker.ts'
import { createPoolClient } from '../database/client.ts'
import type { Database } from '../database/database.ts'
import type { FaultInjector } from './injector.ts'
import type { Journal } from './journal.ts'
import type { Random } from './random.ts'
import { beginProcess, type SimulatedProcess } from './simulated-process.ts'
import type { ProcessSlot } from './slot.ts'
import type { Timeline } from './timeline.ts'

/** A process that says what it has to say. */
type Speaker = {
  readonly stage: string
  readonly life: Pick<SimulatedProcess, 'name' | 'isAlive'>
  readonly health: Health
}

/** Somebody who reads what stages say of partitions that stand still, and does what they advise. */
export type Operator = {
  /** What the stages run in. */
  readonly slots: ProcessSlot[]
  readonly hear: (line: string, from: Speaker) => void
  /** What did not fit together: a partition stood still, and its stage was ready, or counted nothing. */
  readonly complaints: () => readonly string[]
}

type Surroundings = {
  readonly timeline: Timeline
  readonly journal: Journal
  readonly startAt: EpochMs
  readonly injector: FaultInjector
  readonly broker: Broker
  readonly database: Database
}

const STANDS_STILL = /^(\S+?)(?:\/\d+)? (?:\(partitions [\d, ]+\) )?is not the log that was read before/
const COMMAND = /`tickstream replay ([^`]+)`/g
const GROUP = 'sink-postgres'
const REACTS = { leastMs: 500, mostMs: 4_000 }
const LOOK_EVERY_MS = 200
/** More tries than any injector lasts. */
const MAX_TRIES = 200

const OPTIONS = {
  topic: { type: 'string' },
  partition: { type: 'string' },
  'from-offset': { type: 'string' },
  'to-group': { type: 'string' }
} as const

/** The commands that a line advises, as the program itself reads them. */
const advised = (line: string): readonly ReplayRequest[] =>
  [...line.matchAll(COMMAND)].map(([, command = '']) =>
    parseReplay(parseArgs({ args: command.split(' '), options: OPTIONS }).values)
  )

/** What `replay --to-group` does to the positions in the database. */
const movePositions = async (around: Surroundings, life: SimulatedProcess, request: ReplayRequest): Promise<void> => {
  const { broker, database, injector } = around
  const { topic } = request
  const logs = broker.topics.get(topic)!
  const spans = logs.map((log, partition) => ({ partition, low: 0n, high: BigInt(log.end()) }))
  const ranges = await resolveRanges(request, { spans, offsetsAt: async () => new Map() })
  const positions = ranges.map(({ partition, from }) => ({ topic, partition, next: from }))
  const pool = createPoolClient(life, database, injector)
  for (let tries = 1; ; tries++) {
    try {
      return await setPositions(pool, GROUP, positions)
    } catch (error) {
      if (tries === MAX_TRIES) throw error
      await life.clock.sleep(LOOK_EVERY_MS)
    }
  }
}

/** `readyz` and the metrics, as they are right after the line. */
const check = async (topic: string, { stage, life, health }: Speaker): Promise<readonly string[]> => {
  if (!life.isAlive()) return []
  const isSaid = health.problems().some(problem => problem.startsWith('positions of ') && problem.includes(topic))
  const { values } = await metrics.positionsRefused.get()
  const isCounted = values.some(({ labels, value }) => labels.topic === topic && value > 0)
  return [
    ...(isSaid ? [] : [`a partition of ${topic} stands still, and ${stage} is ready`]),
    ...(isCounted ? [] : [`a partition of ${topic} stands still, and ${stage} counts nothing`])
  ]
}

export const createOperator = (around: Surroundings, random: Random): Operator => {
  const { timeline, journal, startAt } = around
  const slots: ProcessSlot[] = []
  const complaints: string[] = []
  let isBusy = false
  const life = beginProcess(
    'operator',
    { timeline, journal, startAt, latencyMs: () => 1 },
    random,
    () => 0,
    () => undefined
  )
  const follow = async (line: string): Promise<void> => {
    const sinks = slots.filter(({ stage }) => stage === 'sink')
    for (const slot of sinks) slot.hold()
    while (sinks.some(slot => slot.life() !== null)) await life.clock.sleep(LOOK_EVERY_MS)
    try {
      for (const request of advised(line)) await movePositions(around, life, request)
      journal.fault('positions moved as advised')
    } catch (error) {
      // The log is another one again; the stage says so when it is started.
      if (!(error instanceof TickstreamError && /^offset \d+ is not there/.test(error.message))) throw error
    } finally {
      for (const slot of sinks) slot.release()
    }
  }
  const react = (line: string): void => {
    if (isBusy || advised(line).length === 0) return
    isBusy = true
    const done = (): void => {
      isBusy = false
    }
    const failed = (error: unknown): void => void complaints.push(`the advice does not work: ${String(error)}`)
    timeline.after(random.int(REACTS.leastMs, REACTS.mostMs), () => void follow(line).catch(failed).finally(done))
  }
  return {
    slots,
    complaints: () => complaints,
    hear: (line, from) => {
      const topic = STANDS_STILL.exec(line)?.[1]
      if (topic === undefined) return
      journal.fault(`${from.stage} stood still and said so`)
      timeline.after(0, () => void check(topic, from).then(problems => complaints.push(...problems)))
      react(line)
    }
  }
}
