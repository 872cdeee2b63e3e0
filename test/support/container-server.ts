import { KafkaContainer } from '@testcontainers/kafka'
import { PostgreSqlContainer } from '@testcontainers/postgresql'
import { Wait } from 'testcontainers'
import { asVariables, BROKER_SETTINGS, ONE_NODE_SETTINGS } from '../../src/up/servers/kafka/kafka-properties.ts'
import { IMAGES } from './server-images.ts'

/**
 * `node container-server.ts kafka|postgres`: a server in a container, as `tickstream up --only` starts one without.
 * Prints the setting by which it is reached; lives until a signal, or until whoever started this lets go of the channel.
 */
type Started = { readonly setting: string; readonly stop: () => Promise<unknown> }

/** As light as the broker that `up` starts from jars, and its data in memory: it shares the machine with the tests. */
const LIGHT = {
  KAFKA_LOG_DIRS: '/kafka-data',
  KAFKA_HEAP_OPTS: '-Xms512m -Xmx1g',
  KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1'
}

/** With TEST_BROKER=plain it is as Kafka ships it, but for what one node needs. */
const KAFKA_SETTINGS = process.env.TEST_BROKER === 'plain' ? ONE_NODE_SETTINGS : BROKER_SETTINGS

const kafka = async (): Promise<Started> => {
  const container = await new KafkaContainer(IMAGES.kafka)
    .withEnvironment({ ...asVariables(KAFKA_SETTINGS), ...LIGHT })
    .withTmpFs({ [LIGHT.KAFKA_LOG_DIRS]: 'rw,mode=1777' })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start()
  const setting = `KAFKA_BROKERS=${container.getHost()}:${container.getMappedPort(9093)}`
  return { setting, stop: () => container.stop() }
}

const postgres = async (): Promise<Started> => {
  const container = await new PostgreSqlContainer(IMAGES.postgres)
    .withEnvironment({ POSTGRES_INITDB_ARGS: '--encoding=UTF8 --no-locale', TZ: 'UTC' })
    .withTmpFs({ '/var/lib/postgresql': 'rw' })
    .start()
  return { setting: `POSTGRES_URL=${container.getConnectionUri()}`, stop: () => container.stop() }
}

/** A container that is still coming up is waited for: it could not be stopped before. */
const asked = new Promise<void>(resolve => {
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, () => resolve())
})
const { setting, stop } = await (process.argv[2] === 'kafka' ? kafka() : postgres())
process.stdout.write(`${setting}\n`)
await asked
await stop()
process.exit(0)
