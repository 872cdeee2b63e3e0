import { type Logger, pino } from 'pino'
import { aggregate } from '../../../src/aggregate/aggregate.ts'
import { createBinance } from '../../../src/exchange/binance/binance.ts'
import { startIngest } from '../../../src/ingest/start-ingest.ts'
import { createPublisher } from '../../../src/kafka/produce/publisher.ts'
import { publishedAfter } from '../../../src/kafka/read/table/published-after.ts'
import { readTable } from '../../../src/kafka/read/table/read-table.ts'
import { readValues } from '../../../src/kafka/read/table/read-values.ts'
import { runSinkTask } from '../../../src/kafka/sink/sink-task.ts'
import { TaskManager } from '../../../src/kafka/task/task-manager.ts'
import { parseInstrument } from '../../../src/market/instrument.ts'
import { aborted } from '../../../src/runtime/aborted.ts'
import { createHealth, type Health } from '../../../src/runtime/observe/health.ts'
import { postgresSink } from '../../../src/sink/postgres/postgres-sink.ts'
import { gaps, ingestState } from '../../../src/topics.ts'
import { createFakeLogs, createKafkaClient } from '../broker/client.ts'
import { createPoolClient } from '../database/client.ts'
import { connectTo } from '../exchange/connect.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { Stage } from './slot.ts'
import type { World } from './world.ts'

/** Runs a stage in a process until the signal; rejects where the process would end with an error. */
type RunStage = (world: World, life: SimulatedProcess, signal: AbortSignal, told: Told) => Promise<void>

/** What a process tells of itself. */
type Told = { readonly log: Logger; readonly health: Health }

const SYMBOLS = (world: World) => world.venue.markets.map(({ symbol }) => parseInstrument(`binance:${symbol}`))

const ingest: RunStage = async (world, life, signal, told) => {
  const kafka = createKafkaClient(life, world)
  const [positions, known] = await Promise.all([
    readTable(kafka, '', ingestState, signal),
    readTable(kafka, '', gaps, signal)
  ])
  const shared = { clock: life.clock, ...told, random: life.random.next }
  const output = createPublisher({ ...shared, kafka, prefix: '', stage: 'ingest' })
  const running = startIngest({
    ...shared,
    ...connectTo(world.venue, life, world),
    exchange: createBinance('binance'),
    instruments: SYMBOLS(world),
    wsUrl: 'ws://exchange',
    restUrl: 'http://exchange',
    graceMs: world.settings.graceMs,
    heartbeatMs: world.settings.heartbeatMs,
    gapGiveUpMs: 43_200_000,
    quotes: false,
    positions,
    openGaps: known.filter(gap => gap.status === 'open'),
    klinePositions: [],
    readPositions: () => readValues(kafka, '', ingestState, signal),
    readPublished: (of, behind) => publishedAfter(kafka, '', of, behind, signal),
    output
  })
  await aborted(signal)
  running.stop()
  await output.close()
}

const aggregateStage: RunStage = (world, life, signal, told) =>
  new TaskManager({
    topology: aggregate(world.settings),
    kafka: createKafkaClient(life, world),
    logs: createFakeLogs(life, world),
    prefix: '',
    commitEveryMs: world.settings.commitEveryMs,
    clock: life.clock,
    ...told,
    signal
  }).start()

const sink: RunStage = async (world, life, signal, told) => {
  const kafka = createKafkaClient(life, world)
  const shared = {
    kafka,
    logs: createFakeLogs(life, world),
    prefix: '',
    ...told,
    clock: life.clock
  }
  const publisher = createPublisher({ ...shared, stage: 'sink-postgres', random: life.random.next })
  const pool = createPoolClient(life, world.database, world.injector)
  try {
    await runSinkTask({ ...shared, sink: postgresSink(pool, 'sink-postgres'), publisher, signal })
  } finally {
    await publisher.close()
  }
}

const RUN: Readonly<Record<Stage, RunStage>> = { ingest, aggregate: aggregateStage, sink }

/** A log that says what it hears to the journal, and to whoever reads it: lines are no effects. */
const logFor = (stage: Stage, world: World, life: SimulatedProcess, health: Health): Logger => {
  const write = (line: string): void => {
    const { msg, level, ...rest } = JSON.parse(line) as Record<string, unknown>
    world.journal.note(world.timeline.nowMs(), life.name, `${String(msg)} ${brief(rest)}`)
    world.operator.hear(String(msg), { stage, life, health })
    if (Number(level) >= FATAL) world.journal.fault('ingest failed by itself')
  }
  return pino({ level: 'info', base: null, timestamp: false }, { write })
}

const FATAL = 60

const brief = ({ err, ...rest }: Readonly<Record<string, unknown>>): string => {
  const said = typeof err === 'object' && err !== null && 'message' in err ? ` (${String(err.message)})` : ''
  return JSON.stringify(rest) + said
}

export const runStage = (stage: Stage, world: World, life: SimulatedProcess, signal: AbortSignal): Promise<void> => {
  const health = createHealth()
  return RUN[stage](world, life, signal, { health, log: logFor(stage, world, life, health) })
}
