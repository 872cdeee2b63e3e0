import { describe, expect, jest, test } from '@jest/globals'
import type { Broker, Cluster } from '../../src/kafka/client/cluster.ts'
import { fetchCommitted } from '../../src/kafka/read/fetch-committed.ts'

type CreateRetry = (of: { readonly initialRetryTime: number; readonly retries: number }) => Cluster['retrier']

const createRetry = jest.requireActual('kafkajs/src/retry') as CreateRetry
const RANGE = { topic: 't', partition: 0, to: 9n }
const NEVER = new AbortController().signal

const refusal = (type: string, retriable: boolean): Error => Object.assign(new Error(type), { type, retriable })

/** Two brokers; the client believes that the first one leads until it asks again. */
const twoBrokers = (leader: number, refuse: Error) => {
  const asked: string[] = []
  let known = 1
  const cluster: Pick<Cluster, 'findTopicPartitionMetadata' | 'refreshMetadata' | 'findBroker' | 'retrier'> = {
    findTopicPartitionMetadata: () => [{ partitionId: 0, leader: known }],
    refreshMetadata: async () => {
      known = leader
    },
    findBroker: async ({ nodeId }) => {
      const fetch: Broker['fetch'] = async () => {
        asked.push(nodeId)
        if (nodeId !== String(leader)) throw refuse
        return { responses: [{ partitions: [] }] }
      }
      return { fetch } as Broker
    },
    retrier: createRetry({ initialRetryTime: 1, retries: 3 })
  }
  return { cluster: cluster as { -readonly [K in keyof Cluster]: Cluster[K] }, asked }
}

/** A partition without anything from the offset on that is asked for; its leader says that it ends there. */
const emptyFrom = (highWatermark: string, end: string) => {
  const { cluster } = twoBrokers(1, refusal('', true))
  const partitions = [{ partition: 0, highWatermark, abortedTransactions: [], messages: [] }]
  cluster.findBroker = async () => ({ fetch: async () => ({ responses: [{ partitions }] }) }) as unknown as Broker
  cluster.fetchTopicsOffset = async ([of]) => [
    { topic: 't', partitions: [{ offset: of?.fromBeginning === false ? end : '0' }] }
  ]
  return cluster
}

describe('a partition', () => {
  test('whose leader has moved is read from the new one', async () => {
    const { cluster, asked } = twoBrokers(2, refusal('NOT_LEADER_FOR_PARTITION', true))
    expect(await fetchCommitted(cluster, RANGE, 7n, NEVER)).toEqual({ messages: [], next: 7n })
    expect(asked).toEqual(['1', '2'])
  })

  test('that nobody leads is given up when the client has tried as often as it does', async () => {
    const { cluster, asked } = twoBrokers(2, refusal('LEADER_NOT_AVAILABLE', true))
    cluster.refreshMetadata = async () => undefined
    await expect(fetchCommitted(cluster, RANGE, 7n, NEVER)).rejects.toThrow('LEADER_NOT_AVAILABLE')
    expect(asked).toHaveLength(4)
  })

  test('that may not be read is asked for once', async () => {
    const { cluster, asked } = twoBrokers(2, refusal('TOPIC_AUTHORIZATION_FAILED', false))
    await expect(fetchCommitted(cluster, RANGE, 7n, NEVER)).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED')
    expect(asked).toEqual(['1'])
  })

  test('is asked for no more when the signal is raised', async () => {
    const { cluster, asked } = twoBrokers(2, refusal('NOT_LEADER_FOR_PARTITION', true))
    const ended = new AbortController()
    cluster.refreshMetadata = async () => ended.abort(new Error('enough'))
    await expect(fetchCommitted(cluster, RANGE, 7n, ended.signal)).rejects.toThrow('enough')
    expect(asked).toEqual(['1'])
  })

  test('that ends before what was to be read, in a log that was cut or made anew meanwhile, is waited for no more', async () => {
    const cut = fetchCommitted(emptyFrom('7', '7'), RANGE, 7n, NEVER)
    await expect(cut).rejects.toMatchObject({ retryable: true, message: expect.stringMatching(/t\/0 ends at 7, .* 9/) })
  })

  test('whose new leader does not know yet how far it goes, or whose transaction is open, is waited for', async () => {
    expect(await fetchCommitted(emptyFrom('7', '9'), RANGE, 7n, NEVER)).toEqual({ messages: [], next: 7n })
    expect(await fetchCommitted(emptyFrom('9', '7'), RANGE, 7n, NEVER)).toEqual({ messages: [], next: 7n })
  })
})
