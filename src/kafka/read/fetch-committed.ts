import type { KafkaMessage } from 'kafkajs'
import Batch from 'kafkajs/src/consumer/batch.js'
import { TickstreamError } from '../../market/error.ts'
import { type Place, placeKey } from '../../stream/sink.ts'
import type { Cluster } from '../client/cluster.ts'
import { brokerCode } from '../client/kafka-errors.ts'

/** What stands in a partition from an offset on, as much of it as came at once: maybe nothing; and where to go on. */
type Fetched = { readonly messages: readonly KafkaMessage[]; readonly next: bigint }

const READ_COMMITTED = 1
const MAX_WAIT_MS = 100
const MAX_BYTES = 1 << 20

const fetchOnce = async (cluster: Cluster, { topic, partition }: Place, from: bigint): Promise<Fetched> => {
  const leader = cluster.findTopicPartitionMetadata(topic).find(of => of.partitionId === partition)?.leader
  const broker = await cluster.findBroker({ nodeId: String(leader) })
  const fetchOffset = String(from)
  const { responses } = await broker.fetch({
    isolationLevel: READ_COMMITTED,
    maxWaitTime: MAX_WAIT_MS,
    topics: [{ topic, partitions: [{ partition, fetchOffset, maxBytes: MAX_BYTES }] }]
  })
  const [answer] = responses.flatMap(({ partitions }) => partitions)
  if (!answer || answer.messages.length === 0) return { messages: [], next: from }
  const batch = new Batch(topic, fetchOffset, answer)
  return { messages: batch.messages, next: BigInt(batch.lastOffset()) + 1n }
}

/** Goes on behind what retention has deleted meanwhile. */
const skipDeleted = async (cluster: Cluster, { topic, partition }: Place, from: bigint): Promise<Fetched> => {
  const [of] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], fromBeginning: true }])
  const low = BigInt(of?.partitions[0]?.offset ?? 0)
  if (low > from) return { messages: [], next: low }
  const message = `${placeKey({ topic, partition })} holds no offset ${from} any more: it was cut or made anew while it was read`
  throw new TickstreamError('environment', message, { retryable: true })
}

const fetchWhatIsLeft = (cluster: Cluster, place: Place, from: bigint): Promise<Fetched> =>
  fetchOnce(cluster, place, from).catch(error => {
    if (brokerCode(error) !== 'OFFSET_OUT_OF_RANGE') throw error
    return skipDeleted(cluster, place, from)
  })

const isPassing = (error: unknown): boolean =>
  error instanceof Error && 'retriable' in error && error.retriable === true

/**
 * Asks the leader of a partition for committed records, without any group. Where the leader has moved or does not answer, it is looked
 * up again, with the client's back-off, until that gives up or the signal is raised.
 */
export const fetchCommitted = (cluster: Cluster, place: Place, from: bigint, signal: AbortSignal): Promise<Fetched> =>
  cluster.retrier(async bail => {
    try {
      signal.throwIfAborted()
      return await fetchWhatIsLeft(cluster, place, from)
    } catch (error) {
      if (signal.aborted || !isPassing(error)) bail(error)
      else await cluster.refreshMetadata().catch(bail)
      throw error
    }
  })
