import type { Host } from '../process/host.ts'
import { endLeftover } from '../process/server-process.ts'
import { emptyDataFolder } from './data-folder.ts'
import { removeKafkaContainer } from './kafka/kafka-from-container.ts'
import { kafkaProcess } from './kafka/kafka-from-jars.ts'
import { isKafkaInContainer } from './start-kafka.ts'
import { postgresProcess } from './start-postgres.ts'

/** Removes the broker's and the database's data, whatever they run on, and the logs. The folder must be claimed. */
export const removeData = async (host: Host): Promise<void> => {
  await endLeftover(kafkaProcess(host.dataDir), host)
  await endLeftover(postgresProcess(host.dataDir), host)
  if (isKafkaInContainer(host)) await removeKafkaContainer(host)
  emptyDataFolder(host.dataDir)
}
