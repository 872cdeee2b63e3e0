import type { Kafka, Producer } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { topicPartitionKey } from '../../stream/sink.ts'
import type { Incoming } from '../../stream/topic.ts'
import { stateTopic } from '../../topics.ts'
import { type GroupOffset, groupOffsets } from '../admin/group-offsets.ts'
import { findResumeOffsets, type ResumeOffset } from '../admin/log/find-resume-offsets.ts'
import type { StoppedPartition } from '../admin/log/log-change.ts'
import type { Logs, TopicLog } from '../admin/log/logs.ts'
import { type OffsetRange, offsetRanges } from '../admin/log/resume-offsets.ts'
import { belongsTo } from '../client/partitioner.ts'
import { withAdmin } from '../client/with-admin.ts'
import { rewind } from './commit/rebuild.ts'
import { type Offsets, type Restored, restoreChangelog } from './commit/state-changelog.ts'
import { fenceProducer } from './commit/transactions.ts'
import type { TaskOptions } from './task-options.ts'
import { TaskState } from './task-state.ts'

/**
 * Partitions whose state does not lead to where the group was told that it does: its topic was made anew, or has lost its end. The group is
 * told after a commit of the state alone, so it never knows more. An input that another release has read beside the others is new to the
 * state, and begins at its beginning. Pure.
 */
const lostChangelogs = (
  { name, prefix }: { readonly name: string; readonly prefix: string },
  committed: readonly Pick<GroupOffset, 'topic' | 'partition' | 'next'>[],
  restored: ReadonlyMap<number, Pick<Restored<unknown>, 'nextOffsets' | 'earlier'>>
): readonly StoppedPartition[] => {
  const lost = new Map<number, StoppedPartition>()
  for (const { topic, partition, next } of committed) {
    const state = restored.get(partition)
    const stored = state?.nextOffsets[topic.slice(prefix.length)]
    const offsets = [stored, ...(state?.earlier ?? []).map(build => build.nextOffsets[topic.slice(prefix.length)])]
    const folded = offsets.map(next => BigInt(next ?? 0)).reduce((a, b) => (a > b ? a : b))
    const isNewInput = stored === undefined && Object.keys(state?.nextOffsets ?? {}).length > 0
    if (!state || isNewInput || folded >= next || lost.has(partition)) continue
    const what = `it leads to offset ${folded} of ${topic}`
    const change = { reason: 'state', what, resumeAt: 0n } as const
    lost.set(partition, { topic: prefix + stateTopic(name), partition, stored: next, change })
  }
  return [...lost.values()]
}

/** A partition that nobody else can commit for any more, and where it goes on. */
export type RestoredTask<State> = {
  readonly partition: number
  readonly producer: Producer
  readonly state: Restored<State>
  /** The topic that it was restored from; null: the broker does not tell. */
  readonly stateLog: TopicLog | null
  /** Of each input, in the order of the topology's. */
  readonly starts: readonly ResumeOffset[]
  /** How many partitions the inputs have. */
  readonly partitions: number
  /** What each input holds now. */
  readonly ends: readonly number[]
}

/** Where inputs go on, by their names without the prefix. */
export const offsetsOf = (starts: readonly ResumeOffset[], prefix: string): Offsets =>
  Object.fromEntries(starts.map(({ topic, next }) => [topic.slice(prefix.length), String(next)]))

/** The state of a partition that was taken, ready for the next record. */
export const taskStateFrom = <State, In, Out>(
  { topology, prefix, clock, observe = () => undefined }: TaskOptions<State, In, Out>,
  { partition, state, starts, ends, partitions }: RestoredTask<State>
): TaskState<State, In, Out> => {
  const logs = Object.fromEntries(starts.map(({ topic, log }) => [topic.slice(prefix.length), log]))
  const from = { ...state, nextOffsets: offsetsOf(starts, prefix), logs }
  return new TaskState(topology, partition, from, ends, clock, observe, belongsTo(partition, partitions))
}

/** The broker's names of a topology's inputs. */
export const inputTopics = <State, In, Out>({ topology, prefix }: TaskOptions<State, In, Out>): readonly string[] =>
  topology.from.map(({ name }) => prefix + name)

/** What topics hold, each by itself, in their order. */
const offsetRangesIn = async (
  kafka: Kafka,
  topics: readonly string[]
): Promise<readonly (readonly OffsetRange[])[]> => {
  const ranges = await withAdmin(kafka, admin => offsetRanges(admin, topics))
  return topics.map(topic => ranges.filter(at => at.topic === topic))
}

/** Throws `TS-SETUP` when a topic is missing, or the inputs and the state are not partitioned alike. */
export const requireTopics = async <State, In, Out>(run: TaskOptions<State, In, Out>): Promise<void> => {
  const topics = [run.prefix + stateTopic(run.topology.name), ...inputTopics(run)]
  const counts = (await offsetRangesIn(run.kafka, topics)).map(ranges => ranges.length)
  if (new Set(counts).size === 1) return
  const found = topics.map((topic, at) => `${topic} has ${counts[at]}`).join(', ')
  throw new TickstreamError(
    'TS-KAFKA-TOPIC',
    `${run.topology.name} needs topics with the same number of partitions, but ${found}; run \`tickstream topics apply\``
  )
}

/** Fences all of the partitions before any state is read: what an older owner left open is then committed or gone. */
const fenceAll = async (
  kafka: Kafka,
  idOf: (partition: number) => string,
  partitions: readonly number[]
): Promise<ReadonlyMap<number, Producer>> => {
  const producers = new Map<number, Producer>()
  const fence = async (partition: number): Promise<void> => {
    producers.set(partition, await fenceProducer(kafka, idOf(partition)))
  }
  const fenced = await Promise.allSettled(partitions.map(fence))
  const failed = fenced.find(({ status }) => status === 'rejected')
  if (!failed) return producers
  letGo(producers.values())
  throw (failed as PromiseRejectedResult).reason
}

const letGo = (producers: Iterable<Producer>): void => {
  for (const producer of producers) void producer.disconnect().catch(() => undefined)
}

const reportForeign = <State, In, Out>({ topology, log }: TaskOptions<State, In, Out>, record: Incoming): void => {
  const { topic, partition, offset, key } = record
  metrics.deadLetters.inc({ stage: topology.name, reason: 'undecodable' })
  log.error({ topic, partition, offset, key: key?.toString() }, 'a record that no stage wrote stands in a state topic')
}

/** Where the inputs of the partitions go on, each partition's in the order of the topology's inputs. */
const startsOf = async <State, In, Out>(
  run: TaskOptions<State, In, Out>,
  logs: Logs,
  positions: ReadonlyMap<number, Pick<Restored<State>, 'nextOffsets' | 'logs'>>
): Promise<ReadonlyMap<number, readonly ResumeOffset[]>> => {
  const topics = inputTopics(run)
  const topicPartitions = [...positions.keys()].flatMap(partition => topics.map(topic => ({ topic, partition })))
  const stored = topicPartitions.flatMap(topicPartition => {
    const [restored, name] = [positions.get(topicPartition.partition)!, topicPartition.topic.slice(run.prefix.length)]
    const next = restored.nextOffsets[name]
    return next === undefined
      ? []
      : [[topicPartitionKey(topicPartition), { next: BigInt(next), log: restored.logs[name] ?? null }] as const]
  })
  const starts = await findResumeOffsets({ kafka: run.kafka, logs }, topicPartitions, new Map(stored))
  const byKey = new Map(starts.map(start => [topicPartitionKey(start), start]))
  return new Map(
    [...positions.keys()].map(partition => [
      partition,
      topics.map(topic => byKey.get(topicPartitionKey({ topic, partition }))!)
    ])
  )
}

/** A partition that stands still, for the position of an input belongs to another log, or its state is not what it was. */
export type Stopped<State> = {
  readonly partition: number
  readonly why: readonly StoppedPartition[]
  readonly position: Pick<Restored<State>, 'nextOffsets' | 'logs'>
}

const stoppedInputs = (starts: readonly ResumeOffset[]): readonly StoppedPartition[] =>
  starts.flatMap(({ topic, partition, stored, change }) =>
    change === null || stored === null ? [] : [{ topic, partition, stored, change }]
  )

/** Which partitions that stand still may go on: where a state was lost, taking the partition tells. */
export const resumable = async <State, In, Out>(
  run: TaskOptions<State, In, Out>,
  logs: Logs,
  stopped: readonly Stopped<State>[]
): Promise<readonly number[]> => {
  const starts = await startsOf(run, logs, new Map(stopped.map(one => [one.partition, one.position])))
  return [...starts].filter(([, starts]) => stoppedInputs(starts).length === 0).map(([partition]) => partition)
}

type Restoration<State> = {
  readonly restored: readonly RestoredTask<State>[]
  readonly stopped: readonly Stopped<State>[]
}

/**
 * Fences partitions and restores them from the state topic, whose records become state in `commit/state-changelog.ts`. `isVoid`: whether
 * the group has been rebalanced meanwhile. Leaves nothing open when it rejects.
 */
export const restoreTasks = async <State, In, Out>(
  run: TaskOptions<State, In, Out>,
  logs: Logs,
  partitions: readonly number[],
  isVoid: () => boolean
): Promise<Restoration<State>> => {
  const { kafka, topology, prefix } = run
  const [group, state] = [prefix + topology.name, prefix + stateTopic(topology.name)]
  const producers = await fenceAll(kafka, partition => `${group}-${partition}`, partitions)
  try {
    const stateLog = (await logs.describe([state])).get(state) ?? null
    const restored = await restoreChangelog(kafka, state, topology, partitions, record => reportForeign(run, record))
    const all = await startsOf(run, logs, restored)
    const committed = await withAdmin(kafka, admin => groupOffsets(admin, group))
    const lost = Map.groupBy(
      lostChangelogs({ prefix, name: topology.name }, committed, restored),
      stopped => stopped.partition
    )
    if (isVoid()) throw new Error('the group was rebalanced meanwhile')
    const whyStopped = ({ partition, starts }: Pick<RestoredTask<State>, 'partition' | 'starts'>) => {
      const inputs = stoppedInputs(starts)
      return inputs.length > 0 ? inputs : (lost.get(partition) ?? [])
    }
    const found = [...producers].map(([partition, producer]) => {
      const [found, starts] = [restored.get(partition)!, all.get(partition)!]
      const [{ partitions: count }] = starts as [ResumeOffset]
      const ends = starts.map(({ high }) => Number(high))
      return { partition, producer, state: found, stateLog, starts, partitions: count, ends }
    })
    const isStopped = (one: RestoredTask<State>): boolean => whyStopped(one).length > 0
    const stopped = found.filter(isStopped)
    const going = found.filter(one => !isStopped(one))
    const rewound = await Promise.all(
      going.map(async one => ({ ...one, starts: await rewind(run, one.state, one.starts) }))
    )
    letGo(stopped.map(({ producer }) => producer))
    return {
      restored: rewound,
      stopped: stopped.map(one => ({ partition: one.partition, why: whyStopped(one), position: one.state }))
    }
  } catch (error) {
    letGo(producers.values())
    throw error
  }
}
