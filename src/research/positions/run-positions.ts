import { createLogs } from '../../kafka/admin/log/logs.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { openStore } from '../../lake/store/open-store.ts'
import type { Config } from '../../runtime/config/config.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { createPool } from '../../sink/postgres/pool.ts'
import { type ClusterAt, type Described, describePositions } from './describe-positions.ts'
import { moveStage } from './move-stage.ts'
import type { Move } from './plan-move.ts'
import { readPositions } from './read-positions.ts'

/** What a command works with. */
export type PositionsRun = { readonly config: Config; readonly log: Logger; readonly signal: AbortSignal }

type Cluster = ClusterAt & { readonly close: () => Promise<void> }

const clusterAt = ({ config, log }: PositionsRun, brokers: readonly string[], prefix: string): Cluster => {
  const kafka = createKafka({ ...config.kafka, brokers }, 'positions', log)
  const logs = createLogs(kafka)
  return { kafka, logs, prefix, close: logs.close }
}

const poolOf = ({ config }: PositionsRun) =>
  config.postgresUrl === null ? null : createPool(config.postgresUrl, 'positions', { access: 'write' })

const HEAD = `${'stage'.padEnd(22)}  ${'partition'.padEnd(26)}  ${'offset'.padStart(12)}  ${'lag'.padStart(10)}  ${'last record before it'.padEnd(24)}  ${'kept in'.padEnd(10)}  cluster and topic id`

const positionLine = ({ stage, topic, partition, next, lag, time, keptIn, log, problem }: Described): string =>
  [
    stage.padEnd(22),
    `${topic}/${partition}`.padEnd(26),
    String(next).padStart(12),
    String(lag ?? '-').padStart(10),
    (time === null ? '-' : new Date(time).toISOString()).padEnd(24),
    keptIn.padEnd(10),
    `${log?.clusterId ?? '-'} ${log?.topicId ?? '-'}`,
    ...(problem === null ? [] : [`NOT THERE: ${problem}`])
  ].join('  ')

const jsonLine = ({ next, ...one }: Described): string => JSON.stringify({ ...one, next: String(next) })

/** What `positions show` prints: every position that a stage goes on from. */
export const showPositions = async (run: PositionsRun, asJson: boolean): Promise<readonly string[]> => {
  const { config, signal } = run
  const here = clusterAt(run, config.kafka.brokers, config.topicPrefix)
  const pool = poolOf(run)
  const lake = config.lake && (await openStore(config.lake, config.s3))
  try {
    const kept = await readPositions({ ...here, pool, lake, signal })
    const described = await describePositions(here, kept)
    return asJson ? described.map(jsonLine) : [HEAD, ...described.map(positionLine)]
  } finally {
    await Promise.all([here.close(), pool?.end()])
    lake?.close()
  }
}

const IN_WORDS = {
  exact: () => 'behind the same records; repeats and skips nothing',
  earlier: ({ repeats }: Move) =>
    `the same records stand there more than once; repeats up to ${repeats}, skips nothing`,
  time: ({ repeats }: Move) =>
    `by time, for no such records are there; repeats up to ${repeats}, skips nothing that is there`
} as const

/** What `positions move` is asked for: the stage, the cluster of before, and whether it is to be done. */
export type AskedMove = {
  readonly stage: string
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly isMeant: boolean
}

/** What `positions move` prints, once it is done where that is meant. Throws as `moveStage`. */
export const movePositions = async (
  run: PositionsRun,
  { stage, brokers, prefix, isMeant }: AskedMove
): Promise<readonly string[]> => {
  const { config } = run
  const from = clusterAt(run, brokers, prefix)
  const to = clusterAt(run, config.kafka.brokers, config.topicPrefix)
  const pool = poolOf(run)
  try {
    const moves = await moveStage({ stage, from, to, pool, isMeant })
    const end = isMeant ? `${stage} is moved; start it` : 'nothing was changed; --yes moves it'
    return [
      ...moves.map(one => `${one.topic}/${one.partition}: ${one.before} -> ${one.next}, ${IN_WORDS[one.by](one)}`),
      end
    ]
  } finally {
    await Promise.all([from.close(), to.close(), pool?.end()])
  }
}
