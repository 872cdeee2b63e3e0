import type { Kafka } from 'kafkajs'
import { withAdmin } from '../client/with-admin.ts'

/** Whether the brokers have a topic, by their name for it. Throws `TS-KAFKA-AWAY` when none answers. */
export const hasTopic = (kafka: Kafka, topic: string): Promise<boolean> =>
  withAdmin(kafka, async admin => (await admin.listTopics()).includes(topic))
