import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { freePort } from '../process/free-port.ts'
import type { Host } from '../process/host.ts'
import { endLeftover } from '../process/server-process.ts'
import type { Running } from '../process/supervise.ts'
import { kafkaFromContainer, stopKafkaContainer } from './kafka/kafka-from-container.ts'
import { kafkaFromJars, kafkaProcess } from './kafka/kafka-from-jars.ts'
import { FIRST_CLUSTER_ID, newClusterId } from './kafka/own-cluster.ts'

/** One way to have a broker; throws `TS-SETUP` that says why it is not possible here. */
export type KafkaWay = {
  readonly name: string
  readonly start: (host: Host, port: number, clusterId: string) => Promise<Running>
}

const DOCKER = 'Docker'
const WAYS: readonly KafkaWay[] = [
  { name: DOCKER, start: kafkaFromContainer },
  { name: "Kafka's jars", start: kafkaFromJars }
]

/** Where the broker is reached and what it runs on. */
type StartedKafka = {
  readonly brokers: string
  readonly by: string
  readonly server: Running
  /** Starts it again at the same place after it has ended. */
  readonly again: () => Promise<Running>
}

/** What is kept between starts; `clusterId` tells the broker of this folder from all others. */
type Choice = { readonly port: number; readonly by: string | null; readonly clusterId: string }

/**
 * A broker on loopback, by the first way that works; the port of the last time when it is free, otherwise the next free one.
 * Data stay with the way that wrote them, so later starts know that one alone. Throws `TS-SETUP` that says what to install.
 */
export const startKafka = async (host: Host, ways: readonly KafkaWay[] = WAYS): Promise<StartedKafka> => {
  const choice = readChoice(host)
  const { clusterId } = choice
  await endLeftover(kafkaProcess(host.dataDir), host)
  if (choice.by === DOCKER) await stopKafkaContainer(host)
  const port = await freePort(choice.port, 'Kafka')
  const reasons: string[] = []
  for (const way of ways.filter(({ name }) => choice.by === null || name === choice.by)) {
    try {
      const start = (): Promise<Running> => way.start(host, port, clusterId)
      const server = await start()
      writeFileSync(choicePath(host), JSON.stringify({ port, by: way.name, clusterId } satisfies Choice))
      return { brokers: `127.0.0.1:${port}`, by: way.name, server, again: start }
    } catch (error) {
      if (!(error instanceof TickstreamError)) throw error
      reasons.push(`${way.name}: ${error.message}`)
      if (choice.by === null) host.print(`Kafka by ${way.name} is not possible: ${error.message}`)
    }
  }
  throw new TickstreamError('TS-SETUP', `${choice.by === null ? FIRST_START : LATER_START} (${reasons.join('; ')})`)
}

const FIRST_START =
  'no Kafka broker can be started here; set KAFKA_BROKERS to one, or install Docker, or install Java 17 and Maven'
const LATER_START =
  'the Kafka broker that holds the data of this folder cannot be started; its data are as they were: mend what it says, and start again'

const choicePath = (host: Host): string => join(host.dataDir, 'kafka.json')

const readChoice = (host: Host): Choice => {
  try {
    const { port, by, clusterId } = JSON.parse(readFileSync(choicePath(host), 'utf8')) as Partial<Choice>
    if (typeof port === 'number' && typeof by === 'string')
      return { port, by, clusterId: clusterId ?? FIRST_CLUSTER_ID }
  } catch {
    // No file: the first start.
  }
  return { port: 9092, by: null, clusterId: newClusterId() }
}

/** True when the data of this folder live in a container's volume. */
export const isKafkaInContainer = (host: Host): boolean => readChoice(host).by === DOCKER
