import { readTopicFiles } from '../../../src/kafka/admin/topic-files.ts'
import { type EpochMs, epochMs } from '../../../src/market/time.ts'
import type { Random } from '../world/random.ts'
import type { Timeline } from '../world/timeline.ts'
import { type BrokerClock, createBrokerClock } from './broker-clock.ts'
import { createGroups, type Groups } from './groups.ts'
import type { Entry } from './log-contents.ts'
import { createNews, type News } from './news.ts'
import { createPartitionLog, type PartitionLog } from './partition-log.ts'
import { createRefusals, type Refusals } from './refusals.ts'
import { createReplacements, type Replacements } from './replacements.ts'
import { createTransactions, type Transactions } from './transactions.ts'

/** A Kafka cluster in memory: the topics of `topics/`, transactions, and consumer groups. It outlives every process. */
export type Broker = {
  readonly clusterId: string
  readonly topics: ReadonlyMap<string, readonly PartitionLog[]>
  readonly replacements: Replacements
  readonly log: (topic: string, partition: number) => PartitionLog
  readonly transactions: Transactions
  readonly groups: Groups
  readonly clock: BrokerClock
  readonly refusals: Refusals
  readonly news: News
  /** Cleans the compacted topics up. */
  readonly compact: () => void
  /** What a reader at `read_committed` sees of a topic, partition by partition. */
  readonly visible: (topic: string) => readonly Entry[]
}

const files = readTopicFiles()
const isCompacted = (config: Readonly<Record<string, string>>): boolean => config['cleanup.policy'] === 'compact'
const compactedTopics = files.filter(({ config }) => isCompacted(config)).map(({ name }) => name)

export const createBroker = (timeline: Timeline, random: Random, startAt: EpochMs): Broker => {
  const news = createNews()
  const topics = new Map(
    files.map(
      ({ name, partitions }) =>
        [name, Array.from({ length: partitions }, () => createPartitionLog(timeline.nowMs, news.tell))] as const
    )
  )
  const logsOf = (topic: string): readonly PartitionLog[] => {
    const logs = topics.get(topic)
    if (!logs) throw new Error(`there is no topic ${topic}`)
    return logs
  }
  return {
    clusterId: 'simulated',
    topics,
    replacements: createReplacements(logsOf),
    log: (topic, partition) => logsOf(topic)[partition]!,
    transactions: createTransactions(timeline, () => random.int(0, 8)),
    groups: createGroups(timeline, topic => logsOf(topic).length),
    clock: createBrokerClock(
      () => epochMs(startAt + timeline.nowMs()),
      files.filter(({ config }) => config['message.timestamp.type'] === 'LogAppendTime').map(({ name }) => name)
    ),
    refusals: createRefusals(random.fork('refusals')),
    news,
    compact: () => {
      for (const topic of compactedTopics) for (const log of logsOf(topic)) log.compact()
    },
    visible: topic => logsOf(topic).flatMap(log => log.visible())
  }
}
