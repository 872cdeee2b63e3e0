import type { Kafka } from 'kafkajs'
import { isPoison, TickstreamError } from '../../../market/error.ts'
import type { Incoming, Refused } from '../../../stream/topic.ts'
import { readTopic } from '../read-range.ts'

/** Told of each record that cannot be used; its topic is without the prefix. */
export type OnUnusable = (refused: Refused) => void

/** Where a record stands, for people. */
export const locationOf = ({ topic, partition, offset }: Pick<Incoming, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}, partition ${partition}, offset ${offset}`

/** For those who have no way to go on without it. */
export const refuseToGoOn: OnUnusable = ({ record, error }) => {
  throw new TickstreamError('TS-KAFKA-STATE', `a record cannot be used: ${locationOf(record)}: ${error.message}`)
}

/** Hands records to `keep`; one that it refuses as poison is told of under the topic's name without the prefix. */
export const usableOnly =
  (name: string, accept: (record: Incoming) => void, onUnusable: OnUnusable) =>
  (record: Incoming): void => {
    try {
      accept(record)
    } catch (error) {
      if (!isPoison(error)) throw error
      onUnusable({ record: { ...record, topic: name }, error })
    }
  }

/** Reads what a topic holds now, past what cannot be used. */
export const readUsable = (
  kafka: Kafka,
  prefix: string,
  name: string,
  accept: (record: Incoming, partitionCount: number) => void,
  onUnusable: OnUnusable,
  signal?: AbortSignal
): Promise<void> => {
  const handle = (records: readonly Incoming[], partitionCount: number): void =>
    records.forEach(usableOnly(name, record => accept(record, partitionCount), onUnusable))
  return readTopic(kafka, prefix + name, handle, signal && { signal })
}
