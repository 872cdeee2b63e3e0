import type { Kafka, Producer } from 'kafkajs'
import { TickstreamError } from '../market/error.ts'
import { metrics } from '../runtime/metrics.ts'
import type { Incoming } from '../stream/topic.ts'
import { stateTopic } from '../topics.ts'
import { takeProducer } from './partition-commits.ts'
import { type Held, heldOffsets, type Start, startOf } from './start-offsets.ts'
import { type Restored, restorePartitions } from './state-store.ts'
import type { TopologyRun } from './topology-run.ts'
import { withAdmin } from './with-admin.ts'

/** A partition that nobody else can commit for any more, and where it goes on. */
export type TakenPartition<State> = {
  readonly partition: number
  readonly producer: Producer
  readonly restored: Restored<State>
  /** Of each input, in the order of the topology's. */
  readonly starts: readonly Start[]
  /** How many partitions the inputs have. */
  readonly partitions: number
  /** What each input holds now. */
  readonly ends: readonly number[]
}

/** The broker's names of a topology's inputs. */
export const inputTopics = <State, In, Out>({ topology, prefix }: TopologyRun<State, In, Out>): readonly string[] =>
  topology.from.map(({ name }) => prefix + name)

/** What topics hold, each by itself, in their order. */
const heldIn = async (kafka: Kafka, topics: readonly string[]): Promise<readonly (readonly Held[])[]> => {
  const held = await withAdmin(kafka, admin => heldOffsets(admin, topics))
  return topics.map(topic => held.filter(at => at.topic === topic))
}

/** Throws an `environment` error when a topic is missing, or the inputs and the state are not partitioned alike. */
export const requireTopics = async <State, In, Out>(run: TopologyRun<State, In, Out>): Promise<void> => {
  const topics = [run.prefix + stateTopic(run.topology.name), ...inputTopics(run)]
  const counts = (await heldIn(run.kafka, topics)).map(held => held.length)
  if (new Set(counts).size === 1) return
  const found = topics.map((topic, at) => `${topic} has ${counts[at]}`).join(', ')
  throw new TickstreamError(
    'environment',
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
    producers.set(partition, await takeProducer(kafka, idOf(partition)))
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

const tellForeign = <State, In, Out>({ topology, log }: TopologyRun<State, In, Out>, record: Incoming): void => {
  const { topic, partition, offset, key } = record
  metrics.deadLetters.inc({ stage: topology.name, reason: 'undecodable' })
  log.error({ topic, partition, offset, key: key?.toString() }, 'a record that no stage wrote stands in a state topic')
}

/** Fences and restores partitions. `isVoid`: whether the group has been rebalanced meanwhile. Leaves nothing open when it rejects. */
export const takePartitions = async <State, In, Out>(
  run: TopologyRun<State, In, Out>,
  partitions: readonly number[],
  isVoid: () => boolean
): Promise<readonly TakenPartition<State>[]> => {
  const { kafka, topology, prefix } = run
  const producers = await fenceAll(kafka, partition => `${prefix}${topology.name}-${partition}`, partitions)
  try {
    const restored = await restorePartitions(kafka, prefix + stateTopic(topology.name), topology, partitions, record =>
      tellForeign(run, record)
    )
    const inputs = await heldIn(kafka, inputTopics(run))
    if (isVoid()) throw new Error('the group was rebalanced meanwhile')
    return [...producers].map(([partition, producer]) => {
      const of = restored.get(partition)!
      const held = inputs.map(all => all.find(at => at.partition === partition)!)
      const stored = topology.from.map(({ name }) => of.nextOffsets[name])
      const starts = held.map((at, input) => startOf(at, stored[input] === undefined ? null : BigInt(stored[input])))
      return {
        partition,
        producer,
        restored: of,
        starts,
        partitions: inputs[0]!.length,
        ends: held.map(({ high }) => Number(high))
      }
    })
  } catch (error) {
    letGo(producers.values())
    throw error
  }
}
