import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import type { Pulse } from '../../runtime/observe/pulse.ts'
import type { Incoming } from '../../stream/topic.ts'
import { createConsumerSession } from '../client/consumer-session.ts'
import { incomingRecord } from '../client/incoming-record.ts'

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
  const session = createConsumerSession(
    kafka,
    {
      groupId: `tickstream-watch-${randomUUID()}`,
      topics: watched.whole,
      latest: watched.fresh,
      isOpen: true,
      maxWaitMs: 200,
      ...(watcher ? { pulse: watcher.pulse } : {})
    },
    {
      onAssigned: () => undefined,
      onBatch: ({ topic, partition, messages }) => {
        for (const message of messages) onRecord(incomingRecord(topic, partition, message))
      },
      onCrash: (_, restarts) => {
        if (!restarts) watcher?.onBroken()
      }
    }
  )
  try {
    await session.join()
  } catch (error) {
    await session.leave()
    throw error
  }
  return session.leave
}
