import type { Kafka } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import { withAdmin } from '../client/with-admin.ts'
import { readTopics } from './apply-topics.ts'
import type { TopicFile } from './topic-files.ts'

/** Offsets that one partition holds: `[low, high)`. */
type PartitionView = { readonly partition: number; readonly low: string; readonly high: string }

/** One topic as `topics list` and `topics describe` show it. */
export type TopicView = {
  /** With the prefix. */
  readonly name: string
  readonly exists: boolean
  readonly partitions: readonly PartitionView[]
  /** Offsets between low and high: records, transaction marks and what compaction has taken away. */
  readonly records: number
  readonly config: Readonly<Record<string, string>>
}

const absent = (name: string): TopicView => ({ name, exists: false, partitions: [], records: 0, config: {} })

const span = (partitions: readonly PartitionView[]): number =>
  Number(partitions.reduce((sum, at) => sum + BigInt(at.high) - BigInt(at.low), 0n))

/** Looks up topics by their names without the prefix; one that the cluster lacks is shown as such. */
export const viewTopics = (kafka: Kafka, prefix: string, names: readonly string[]): Promise<readonly TopicView[]> =>
  withAdmin(kafka, async admin => {
    const wanted = names.map(name => prefix + name)
    const actual = await readTopics(admin, wanted)
    const view = async (name: string): Promise<TopicView> => {
      const topic = actual.get(name)
      if (!topic) return absent(name)
      const offsets = await admin.fetchTopicOffsets(name)
      const partitions = offsets
        .map(({ partition, low, high }) => ({ partition, low, high }))
        .sort((a, b) => a.partition - b.partition)
      return { name, exists: true, partitions, records: span(partitions), config: topic.config }
    }
    const views: TopicView[] = []
    // One after the other, for the reason that heldOffsets has.
    for (const name of wanted) views.push(await view(name))
    return views
  })

/** The file of a topic. Throws `TS-CONFIG` where none is named, and one that lists the names there are. */
export const findTopicFile = (files: readonly TopicFile[], name: string | undefined): TopicFile => {
  if (name === undefined) throw new TickstreamError('TS-CONFIG', 'name a topic: tickstream topics describe raw_ticks')
  const file = files.find(candidate => candidate.name === name)
  if (file) return file
  const names = files.map(candidate => candidate.name).join(', ')
  throw new TickstreamError('TS-CONFIG', `there is no topic "${name}"; the topics are ${names}`)
}
