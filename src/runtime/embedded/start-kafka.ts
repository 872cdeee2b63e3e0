import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { freePort } from './free-port.ts'
import type { Host } from './host.ts'
import { kafkaFromContainer } from './kafka-from-container.ts'
import { kafkaFromJars } from './kafka-from-jars.ts'
import type { Server } from './server-process.ts'

/** One way to have a broker; throws an `environment` error that says why it is not possible here. */
type Way = {
  readonly name: string
  readonly start: (host: Host, port: number) => Promise<Server>
}

export const KAFKA_WAYS: readonly Way[] = [
  { name: 'Docker', start: kafkaFromContainer },
  { name: "Kafka's jars", start: kafkaFromJars }
]

/** Where the broker is reached and what it runs on. */
type StartedKafka = { readonly brokers: string; readonly by: string; readonly server: Server }

/**
 * A broker on loopback, by the first way that works; the port of the last time when it is free, otherwise the next free one.
 * Data stay with the way they were written by, so that one is tried first. Throws an `environment` error that says what to install.
 */
export const startKafka = async (host: Host, ways: readonly Way[] = KAFKA_WAYS): Promise<StartedKafka> => {
  const choice = readChoice(host)
  const port = await freePort(choice.port)
  const reasons: string[] = []
  for (const way of [...ways].sort((a, b) => Number(b.name === choice.by) - Number(a.name === choice.by))) {
    try {
      const server = await way.start(host, port)
      writeFileSync(choicePath(host), JSON.stringify({ port, by: way.name }))
      return { brokers: `127.0.0.1:${port}`, by: way.name, server }
    } catch (error) {
      if (!(error instanceof TickstreamError)) throw error
      reasons.push(error.message)
      host.say(`Kafka by ${way.name}: ${error.message}`)
    }
  }
  throw new TickstreamError('environment', `${HOW_TO_HAVE_KAFKA} (${reasons.join('; ')})`)
}

const HOW_TO_HAVE_KAFKA =
  'no Kafka broker can be started here; set KAFKA_BROKERS to one, or install Docker, or install Java 17 and Maven'

const choicePath = (host: Host): string => join(host.dataDir, 'kafka.json')

const readChoice = (host: Host): { readonly port: number; readonly by: string | null } => {
  try {
    const stored: unknown = JSON.parse(readFileSync(choicePath(host), 'utf8'))
    const { port, by } = stored as { port: unknown; by: unknown }
    if (Number.isInteger(port) && typeof by === 'string') return { port: Number(port), by }
  } catch {
    // The first start.
  }
  return { port: 9092, by: null }
}
