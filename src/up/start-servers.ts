import type { ServerName } from './read-options.ts'
import { startKafka } from './servers/start-kafka.ts'
import { startPostgres } from './servers/start-postgres.ts'
import type { Session } from './session.ts'

/** How to reach what was started, as settings; nothing for what was configured already. */
export type ServerSettings = { readonly KAFKA_BROKERS?: string; readonly POSTGRES_URL?: string }

/** Starts the servers that are wanted and not configured, both at once, and keeps them up. The broker is the last to be stopped. */
export const startServers = async (session: Session, wanted: readonly ServerName[]): Promise<ServerSettings> => {
  const { config, host } = session
  const needsKafka = wanted.includes('kafka') && config.kafka.brokers.length === 0
  const needsPostgres = wanted.includes('postgres') && config.postgresUrl === null
  if (wanted.includes('kafka') && !needsKafka) host.say(`Kafka: ${config.kafka.brokers.join(',')} (KAFKA_BROKERS)`)
  if (wanted.includes('postgres') && !needsPostgres) host.say('PostgreSQL: the one of POSTGRES_URL')
  const [kafka, postgres] = await Promise.allSettled([
    needsKafka ? startKafka(host) : null,
    needsPostgres ? startPostgres(host) : null
  ])
  if (kafka.status === 'fulfilled' && kafka.value) session.keepUp('Kafka', kafka.value.server, kafka.value.again)
  if (postgres.status === 'fulfilled' && postgres.value)
    session.keepUp('PostgreSQL', postgres.value.server, postgres.value.again)
  if (kafka.status === 'rejected') throw kafka.reason
  if (postgres.status === 'rejected') throw postgres.reason
  if (kafka.value) host.say(`Kafka is up at ${kafka.value.brokers}, by ${kafka.value.by}`)
  if (postgres.value) host.say(`PostgreSQL is up at ${withoutPassword(postgres.value.url)}`)
  return {
    ...(kafka.value ? { KAFKA_BROKERS: kafka.value.brokers } : {}),
    ...(postgres.value ? { POSTGRES_URL: postgres.value.url } : {})
  }
}

const withoutPassword = (text: string): string => {
  const url = new URL(text)
  url.password = ''
  return url.href
}
