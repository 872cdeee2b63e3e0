import type { Cluster, FetchRequest } from '../../../src/kafka/client/cluster.ts'
import { brokerError } from './broker-error.ts'
import { fetch, messageOf, placesOf, readingOf } from './fetch.ts'
import type { Reach } from './reach.ts'

const LEADER = 0
const RETRY_MS = 300
const MAX_TRIES = 12

/** What the broker answers of the partition that is asked for; the mark at its end stands for all that no handler sees. */
const answerFetch = async (reach: Reach, { topics: [of] }: FetchRequest) => {
  const [{ partition, fetchOffset }, topic] = [of!.partitions[0]!, of!.topic]
  const [place] = placesOf({ [topic]: [partition] }, reach.broker.log).values()
  place!.position = Number(fetchOffset)
  const batches = await fetch(reach, readingOf([place!]))
  if (place!.position !== Number(fetchOffset)) throw brokerError('OFFSET_OUT_OF_RANGE')
  const partitions = batches.map(({ entries, next, high }) => {
    const mark = { key: null, value: null, offset: String(next - 1), isControlRecord: true }
    return {
      partition,
      highWatermark: String(high),
      abortedTransactions: [],
      messages: [...entries.map(messageOf), ...(entries.at(-1)?.offset === next - 1 ? [] : [mark])]
    }
  })
  const empty = { partition, highWatermark: String(place!.log.end()), abortedTransactions: [], messages: [] }
  return { responses: [{ partitions: partitions.length > 0 ? partitions : [empty] }] }
}

/** The client's connections, as much of them as is needed to read without a group. */
export const createCluster = (reach: Reach) => {
  const { ask, broker, life } = reach
  const reachIt = () => ask<void>(answer => answer(undefined))
  const retrier: Cluster['retrier'] = work =>
    new Promise((resolve, reject) => {
      let isOver = false
      const bail = (error: unknown): void => {
        isOver = true
        reject(error)
      }
      const attempt = (tries: number): void => {
        const again = async (error: unknown): Promise<void> => {
          if (tries === MAX_TRIES) bail(error)
          if (isOver) return
          await life.clock.sleep(RETRY_MS)
          attempt(tries + 1)
        }
        work(bail).then(resolve, again)
      }
      attempt(1)
    })
  return {
    connect: reachIt,
    disconnect: async () => undefined,
    addTargetTopic: reachIt,
    refreshMetadata: reachIt,
    findTopicPartitionMetadata: (topic: string) =>
      (broker.topics.get(topic) ?? []).map((_, partitionId) => ({ partitionId, leader: LEADER })),
    fetchTopicsOffset: (topics: Parameters<Cluster['fetchTopicsOffset']>[0]) =>
      ask<Awaited<ReturnType<Cluster['fetchTopicsOffset']>>>(answer =>
        answer(
          topics.map(({ topic, partitions, fromBeginning }) => ({
            topic,
            partitions: partitions.map(({ partition }) => ({
              offset: fromBeginning ? '0' : String(broker.log(topic, partition).end())
            }))
          }))
        )
      ),
    findBroker: async () => ({ fetch: (request: FetchRequest) => answerFetch(reach, request) }),
    retrier
  }
}
