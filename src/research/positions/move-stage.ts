import { readGroupPositions, setGroupPositions } from '../../kafka/admin/group-positions.ts'
import { TickstreamError } from '../../market/error.ts'
import { setPositions } from '../../sink/postgres/offsets.ts'
import type { createPool } from '../../sink/postgres/pool.ts'
import { type ClusterAt, describePositions } from './describe-positions.ts'
import { type Move, planMove } from './plan-move.ts'
import { databasePositions, groupPositions, statefulStages } from './read-positions.ts'
import type { Kept } from './stored-position.ts'

/** A stage whose positions are to be those of the copies in another cluster. */
export type StageMove = {
  readonly stage: string
  readonly from: ClusterAt
  readonly to: ClusterAt
  /** The database; null: none is configured. */
  readonly pool: ReturnType<typeof createPool> | null
  /** Without it nothing is changed. */
  readonly isMeant: boolean
}

const POSTGRES = 'sink-postgres'

const refuse = (message: string): never => {
  throw new TickstreamError('TS-KAFKA-OFFSET', message)
}

/** Where a record that is read again would count again, or nobody can say that none would, nothing is moved. */
const requireMovable = (stage: string): void => {
  if (statefulStages().includes(stage))
    refuse(
      `${stage} keeps its positions in its state, beside what it has published. A mirror copies topics one by one, so nobody can prove that ` +
        'its copies of state and outputs are of one moment: moved, it could publish twice. Build it anew in the new cluster, under a fresh ' +
        'TOPIC_PREFIX (`tickstream topics apply`, then the stages), from the copy of raw_ticks or by `replay --from-lake`'
    )
  if (stage === 'sink-lake')
    refuse(
      'sink-lake names its files by offsets, and offsets of another cluster would be taken for those of before. Give it a LAKE_DIR of its own ' +
        'in the new cluster'
    )
}

const keptOf = async ({ stage, from, pool }: StageMove): Promise<readonly Kept[]> => {
  if (stage !== POSTGRES) return groupPositions(from.kafka, from.prefix, stage)
  if (pool === null)
    throw new TickstreamError('TS-CONFIG', `${POSTGRES} keeps its positions in the database: set POSTGRES_URL`)
  return (await databasePositions(pool, from.prefix)).filter(kept => kept.stage === stage)
}

const requireStopped = async ({ stage, from, to }: StageMove, topics: readonly string[]): Promise<void> => {
  for (const { kafka, prefix } of [from, to])
    for (const topic of topics.slice(0, 1)) await readGroupPositions(kafka, prefix + stage, prefix + topic)
}

const write = async ({ stage, to, pool }: StageMove, moves: readonly Move[]): Promise<void> => {
  const group = to.prefix + stage
  const moved = moves.map(({ topic, partition, next }) => ({ topic: to.prefix + topic, partition, next }))
  if (stage === POSTGRES && pool) await setPositions(pool, group, moved)
  for (const [topic, positions] of Map.groupBy(moved, ({ topic }) => topic))
    await setGroupPositions(to.kafka, group, topic, positions)
}

/**
 * Where the positions of a stopped stage are in the copies of its topics; puts them there where that is meant. Throws `TS-KAFKA-OFFSET`
 * for a stage that may not be moved or runs, for one without positions, and where nobody can say what a move would repeat or skip.
 */
export const moveStage = async (asked: StageMove): Promise<readonly Move[]> => {
  const { stage, from, to, isMeant } = asked
  requireMovable(stage)
  const kept = await keptOf(asked)
  if (kept.length === 0)
    refuse(
      `${stage} has no positions in the cluster of before; \`tickstream positions show\` lists those that there are`
    )
  await requireStopped(
    asked,
    kept.map(({ topic }) => topic)
  )
  const moves = await planMove(from, to, await describePositions(from, kept))
  if (isMeant) await write(asked, moves)
  return moves
}
