import { join } from 'node:path'
import { emptyDataFolder } from './data-folder.ts'
import type { Host } from './host.ts'
import { removeKafkaContainer } from './kafka-from-container.ts'
import { endLeftover } from './server-process.ts'
import { chosenKafka } from './start-kafka.ts'

/** Removes the broker's and the database's data, whatever they run on, and the logs. The folder must be claimed. */
export const removeData = async (host: Host): Promise<void> => {
  const [kafka, postgres] = ['kafka', 'postgres'].map(name => join(host.dataDir, name))
  await endLeftover({ name: 'Kafka', mark: kafka!, pidPath: join(kafka!, 'kafka.pid'), stopBy: 'SIGTERM' }, host)
  await endLeftover(
    { name: 'PostgreSQL', mark: postgres!, pidPath: join(postgres!, 'postgres.pid'), stopBy: 'SIGINT' },
    host
  )
  if (chosenKafka(host) === 'Docker') await removeKafkaContainer(host)
  emptyDataFolder(host.dataDir)
}
