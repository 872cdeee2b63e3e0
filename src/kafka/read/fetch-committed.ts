import type { KafkaMessage } from 'kafkajs'
import Batch from 'kafkajs/src/consumer/batch.js'
import { TickstreamError } from '../../market/error.ts'
import { brokerErrorName } from '../../market/errors.ts'
import { topicPartitionKey } from '../../stream/sink.ts'
import type { Cluster } from '../client/cluster.ts'

/** A partition, and how far it went when it began to be read. */
type Span = { readonly topic: string; readonly partition: number; readonly to: bigint }

/** What stands in a partition from an offset on, as much of it as came at once: maybe nothing; and where to go on. */
type Fetched = { readonly messages: readonly KafkaMessage[]; readonly next: bigint }

const READ_COMMITTED = 1
const MAX_WAIT_MS = 100
const MAX_BYTES = 1 << 20

const fetchOnce = async (cluster: Cluster, span: Span, from: bigint): Promise<Fetched> => {
  const { topic, partition } = span
  const leader = cluster.findTopicPartitionMetadata(topic).find(metadata => metadata.partitionId === partition)?.leader
  const broker = await cluster.findBroker({ nodeId: String(leader) })
  const fetchOffset = String(from)
  const { responses } = await broker.fetch({
    isolationLevel: READ_COMMITTED,
    maxWaitTime: MAX_WAIT_MS,
    topics: [{ topic, partitions: [{ partition, fetchOffset, maxBytes: MAX_BYTES }] }]
  })
  const [answer] = responses.flatMap(({ partitions }) => partitions)
  if (!answer || answer.messages.length === 0) {
    if (answer && BigInt(answer.highWatermark) < span.to) await requireUncut(cluster, span)
    return { messages: [], next: from }
  }
  const batch = new Batch(topic, fetchOffset, answer)
  return { messages: batch.messages, next: BigInt(batch.lastOffset()) + 1n }
}

const boundOffset = async (
  cluster: Cluster,
  { topic, partition }: Span,
  fromBeginning: boolean
): Promise<bigint | null> => {
  const [found] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], fromBeginning }])
  const offset = found?.partitions[0]?.offset
  return offset === undefined ? null : BigInt(offset)
}

const refuseCut = (span: Span, what: string): never => {
  const message = `${topicPartitionKey(span)} ${what}: it was cut or made anew while it was read`
  throw new TickstreamError('TS-KAFKA-AWAY', message)
}

/**
 * What is gone never comes, and would be waited for without end. A leader that has just taken over may know less of the end than the one
 * before, and answers no question for it until it has caught up.
 */
const requireUncut = async (cluster: Cluster, span: Span): Promise<void> => {
  const end = (await boundOffset(cluster, span, false)) ?? span.to
  if (end < span.to) refuseCut(span, `ends at ${end}, and went up to ${span.to}`)
}

/** Goes on behind what retention has deleted meanwhile. */
const skipDeleted = async (cluster: Cluster, span: Span, from: bigint): Promise<Fetched> => {
  const low = (await boundOffset(cluster, span, true)) ?? 0n
  return low > from ? { messages: [], next: low } : refuseCut(span, `holds no offset ${from} any more`)
}

const fetchWhatIsLeft = (cluster: Cluster, span: Span, from: bigint): Promise<Fetched> =>
  fetchOnce(cluster, span, from).catch(error => {
    if (brokerErrorName(error) !== 'OFFSET_OUT_OF_RANGE') throw error
    return skipDeleted(cluster, span, from)
  })

const isPassing = (error: unknown): boolean =>
  error instanceof Error && 'retriable' in error && error.retriable === true

/**
 * Asks the leader of a partition for committed records, without any group. Throws `TS-KAFKA-AWAY` where the partition does
 * not go as far any more as it did. Where the leader has moved or does not answer, it is looked
 * up again, with the client's back-off, until that gives up or the signal is raised.
 */
export const fetchCommitted = (cluster: Cluster, span: Span, from: bigint, signal: AbortSignal): Promise<Fetched> =>
  cluster.retrier(async bail => {
    try {
      signal.throwIfAborted()
      return await fetchWhatIsLeft(cluster, span, from)
    } catch (error) {
      if (signal.aborted || !isPassing(error)) bail(error)
      else await cluster.refreshMetadata().catch(bail)
      throw error
    }
  })
