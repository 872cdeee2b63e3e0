import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/runtime/clock.ts'
import { freePort } from '../../src/up/process/free-port.ts'
import { kafkaFromJars } from '../../src/up/servers/kafka/kafka-from-jars.ts'
import { ONE_NODE_SETTINGS } from '../../src/up/servers/kafka/kafka-properties.ts'

/**
 * `node plain-broker.ts FOLDER`: a broker as Kafka ships it (1 MiB a record, 3 s until a new group begins, topics made by whoever asks),
 * but for what one node needs. Prints the setting by which it is reached; lives until a signal, or until whoever started this lets go.
 */
const dataDir = String(process.argv[2])
const ended = new AbortController()
mkdirSync(join(dataDir, 'logs'), { recursive: true })
const host = { dataDir, clock: systemClock, print: () => undefined, signal: ended.signal }
const port = await freePort(20_000 + Math.floor(Math.random() * 10_000))
const asked = new Promise<void>(resolve => {
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, () => resolve())
})
const server = await kafkaFromJars(host, port, undefined, ONE_NODE_SETTINGS)
process.stdout.write(`KAFKA_BROKERS=127.0.0.1:${port}\n`)
await asked
await server.stop()
process.exit(0)
