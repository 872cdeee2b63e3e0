import type { Running } from './process/supervise.ts'
import { SERVERS, type ServerName } from './read-options.ts'
import { startKafka } from './servers/start-kafka.ts'
import { startPostgres } from './servers/start-postgres.ts'
import type { Session } from './session.ts'

/** How to reach what was started, as settings; nothing for what was configured already. */
export type ServerSettings = { readonly KAFKA_BROKERS?: string; readonly POSTGRES_URL?: string }

/** Starts the servers that are wanted and not configured, both at once, and keeps them up. The broker is the last to be stopped. */
export const startServers = async (session: Session, wanted: readonly ServerName[]): Promise<ServerSettings> => {
  const { host } = session
  const needed = notConfigured(session, wanted)
  const [kafka, postgres] = await Promise.allSettled([
    needed.includes('kafka') ? startKafka(host) : null,
    needed.includes('postgres') ? startPostgres(host) : null
  ])
  // Also the one that came up beside one that failed: it is stopped with the session.
  keepRunning(session, 'Kafka', kafka)
  keepRunning(session, 'PostgreSQL', postgres)
  const [broker, database] = [startedOf(kafka), startedOf(postgres)]
  if (broker) host.print(`Kafka is up at ${broker.brokers}, by ${broker.by}`)
  if (database) host.print(`PostgreSQL is up at ${withoutPassword(database.url)}`)
  return {
    ...(broker ? { KAFKA_BROKERS: broker.brokers } : {}),
    ...(database ? { POSTGRES_URL: database.url } : {})
  }
}

/** What of the wanted servers is to be started. Of the others it says where they are. */
const notConfigured = ({ config, host }: Session, wanted: readonly ServerName[]): readonly ServerName[] => {
  const { brokers } = config.kafka
  const configured: Readonly<Record<ServerName, string | null>> = {
    kafka: brokers.length === 0 ? null : `Kafka: ${brokers.join(',')} (KAFKA_BROKERS)`,
    postgres: config.postgresUrl === null ? null : 'PostgreSQL: the one of POSTGRES_URL'
  }
  const names = SERVERS.filter(name => wanted.includes(name))
  for (const name of names) if (configured[name] !== null) host.print(configured[name])
  return names.filter(name => configured[name] === null)
}

type Started = { readonly server: Running; readonly again: () => Promise<Running> }

type Settled<T> = PromiseSettledResult<T | null>

const keepRunning = ({ keepRunning }: Session, name: string, started: Settled<Started>): void => {
  if (started.status === 'fulfilled' && started.value) keepRunning(name, started.value.server, started.value.again)
}

const startedOf = <T>(started: Settled<T>): T | null => {
  if (started.status === 'rejected') throw started.reason
  return started.value
}

const withoutPassword = (text: string): string => {
  const url = new URL(text)
  url.password = ''
  return url.href
}
