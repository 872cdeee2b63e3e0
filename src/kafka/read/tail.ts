import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import type { Pulse } from '../../runtime/observe/pulse.ts'
import type { Incoming } from '../../stream/topic.ts'
import { watchFetches } from '../client/fetch-pulse.ts'
import { groupSession } from '../client/session-timeouts.ts'
import { incomingOf } from './incoming-record.ts'

/** Topics by the broker's names: `whole` from their beginning, `fresh` from now on. */
type Watched = { readonly whole: readonly string[]; readonly fresh: readonly string[] }

/** Who wants to know more than the records. */
type Watcher = {
  /** How lately the brokers have answered. */
  readonly pulse: Pulse
  /** It has broken off for good, and is to be begun anew. */
  readonly onBroken: () => void
}

/** Hands over committed records as they come, for watching; the returned function ends it. Leaves no position behind. */
export const tail = async (
  kafka: Kafka,
  watched: Watched,
  onRecord: (record: Incoming) => void,
  watcher?: Watcher
): Promise<() => Promise<void>> => {
  const consumer = kafka.consumer({
    groupId: `tickstream-watch-${randomUUID()}`,
    ...groupSession,
    allowAutoTopicCreation: false,
    readUncommitted: false,
    maxWaitTimeInMs: 200
  })
  if (watcher) watchFetches(consumer, watcher.pulse)
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) watcher?.onBroken()
  })
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...watched.whole], fromBeginning: true })
    await consumer.subscribe({ topics: [...watched.fresh], fromBeginning: false })
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        onRecord(incomingOf(topic, partition, message))
      }
    })
  } catch (error) {
    await consumer.disconnect()
    throw error
  }
  return () => consumer.disconnect()
}
