import { parseArgs } from 'node:util'
import { createKafka } from '../../src/kafka/client/client.ts'
import { readTable } from '../../src/kafka/read/table/read-table.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import { gaps } from '../../src/topics.ts'
import { seeded } from '../support/seeded.ts'
import { type ChaosCluster, openChaosCluster, SYMBOLS } from './chaos-cluster.ts'
import { type Judgement, judge } from './judge.ts'
import { type Kills, killUntil, recovered } from './kill-until.ts'
import { type ProcessGroup, startProcessGroup } from './process-group.ts'
import { type Progress, type Stage, watchProgress } from './progress.ts'

const USAGE = `npm run kill-runs -- [--aggregate 200] [--ingest 100] [--sink 100] [--rate 200] [--seed 1] [--json]
Kills processes of every stage so many times while a market goes on, and proves that nothing is lost and nothing doubled.
A broker and a database are taken from KAFKA_BROKERS and POSTGRES_URL, or started. Exit code 1 when something is lost, doubled or wrong.
`

/** In the order in which data flow, which is the order in which they are stopped. */
const STAGES = ['ingest', 'aggregate', 'sink'] as const satisfies readonly Stage[]
const SIZES: Readonly<Record<Stage, number>> = { ingest: 1, aggregate: 4, sink: 2 }
const SAY_EVERY_MS = 10_000

type Wanted = Readonly<Record<Stage, number>> & { readonly rate: number; readonly seed: number; readonly json: boolean }

const readArguments = (): Wanted => {
  const text = { type: 'string' } as const
  const options = { aggregate: text, ingest: text, sink: text, rate: text, seed: text } as const
  const flags = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ options: { ...options, ...flags } })
  if (values.help) {
    process.stdout.write(USAGE)
    process.exit(0)
  }
  return {
    aggregate: Number(values.aggregate ?? 200),
    ingest: Number(values.ingest ?? 100),
    sink: Number(values.sink ?? 100),
    rate: Number(values.rate ?? 200),
    seed: Number(values.seed ?? 1),
    json: values.json ?? false
  }
}

/** Waits until every stage is at work. */
const settle = async (progress: Progress): Promise<void> => {
  for (const stage of STAGES) await recovered(await progress.mark(stage), stage)
}

/** Kills all stages at once, each by its own dice. */
const killAll = async (wanted: Wanted, groups: Readonly<Record<Stage, ProcessGroup>>, progress: Progress) => {
  const counts = { ingest: 0, aggregate: 0, sink: 0 }
  const say = (): void => {
    const parts = STAGES.map(stage => `${stage} ${counts[stage]}/${wanted[stage]}`)
    process.stderr.write(`${Math.round(performance.now() / 1_000)} s, killed so far: ${parts.join(', ')}\n`)
  }
  const timer = setInterval(say, SAY_EVERY_MS)
  const kills = (stage: Stage, at: number): Promise<Kills> =>
    killUntil({
      stage,
      group: groups[stage],
      progress,
      wanted: wanted[stage],
      random: seeded(wanted.seed * 10 + at),
      onKill: count => {
        counts[stage] = count
      }
    })
  try {
    const [ingest, aggregate, sink] = await Promise.all([kills('ingest', 1), kills('aggregate', 2), kills('sink', 3)])
    return { ingest, aggregate, sink }
  } finally {
    clearInterval(timer)
    say()
  }
}

/** Lets every stage finish what lies before it, and stops them in the order in which data flow. */
const drain = async (
  kafka: ReturnType<typeof createKafka>,
  cluster: ChaosCluster,
  groups: Readonly<Record<Stage, ProcessGroup>>,
  progress: Progress
): Promise<void> => {
  const isFilled = async () => (await readTable(kafka, cluster.prefix, gaps)).every(gap => gap.status !== 'open')
  await recovered(isFilled, 'ingest')
  for (const stage of STAGES) {
    await recovered(await progress.mark(stage), stage)
    await groups[stage].stop()
  }
}

type Report = Judgement & {
  readonly kills: Readonly<Record<Stage, number>>
  readonly longestRecoverySeconds: Readonly<Record<Stage, number>>
  readonly endedByThemselves: number
  readonly seconds: number
  readonly seed: number
}

const longest = ({ recoveries }: Kills): number => Math.round(Math.max(0, ...recoveries) / 100) / 10

const run = async (wanted: Wanted, cluster: ChaosCluster): Promise<Report> => {
  const kafka = createKafka(
    { brokers: cluster.brokers.split(','), ssl: false, sasl: null, compression: 'zstd' },
    'kills',
    createLog('kills', 'silent')
  )
  const progress = await watchProgress(
    kafka,
    cluster,
    SYMBOLS.map(symbol => `binance:${symbol}`)
  )
  const group = (stage: Stage): ProcessGroup => startProcessGroup(stage, SIZES[stage], cluster)
  const groups = { ingest: group('ingest'), aggregate: group('aggregate'), sink: group('sink') }
  try {
    await settle(progress)
    const { ingest, aggregate, sink } = await killAll(wanted, groups, progress)
    await drain(kafka, cluster, groups, progress)
    const deaths = STAGES.flatMap(stage => groups[stage].deaths)
    for (const death of deaths) process.stderr.write(`${death}\n`)
    return {
      ...(await judge(kafka, cluster)),
      kills: { ingest: ingest.count, aggregate: aggregate.count, sink: sink.count },
      longestRecoverySeconds: { ingest: longest(ingest), aggregate: longest(aggregate), sink: longest(sink) },
      endedByThemselves: deaths.length,
      seconds: Math.round(performance.now() / 1_000),
      seed: wanted.seed
    }
  } finally {
    await progress.close()
    await Promise.all(STAGES.map(stage => groups[stage].stop()))
  }
}

const show = (report: Report): string =>
  Object.entries(report)
    .map(([name, value]) => {
      const text =
        typeof value === 'object'
          ? Object.entries(value)
              .map(pair => pair.join(' '))
              .join(', ')
          : value
      return `${name.padEnd(24)} ${text}\n`
    })
    .join('')

const main = async (): Promise<void> => {
  const wanted = readArguments()
  const cluster = await openChaosCluster(wanted.seed, wanted.rate)
  try {
    const report = await run(wanted, cluster)
    process.stdout.write(wanted.json ? `${JSON.stringify(report)}\n` : show(report))
    const { lost, doubled, phantom, wrong, open, endedByThemselves } = report
    process.exitCode = lost + doubled + phantom + wrong + open + endedByThemselves > 0 ? 1 : 0
  } finally {
    await cluster.close()
  }
}

await main()
