import { randomBytes } from 'node:crypto'
import kafkajs from 'kafkajs'
import pg from 'pg'

/** A broker for tests: that of KAFKA_BROKERS, otherwise one that lives as long as the run. Resolves to `host:port`. */
export const testBrokers = async (): Promise<string> => process.env.KAFKA_BROKERS || ask('kafka')

/** A prefix that no other test has. */
export const freshPrefix = (): string => `t${randomBytes(5).toString('hex')}-`

/** An empty database of its own, on the server of POSTGRES_URL or one that lives as long as the run; `drop` when done. */
export const testDatabase = async (): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> => {
  const server = process.env.POSTGRES_URL || (await ask('postgres'))
  const name = `t${randomBytes(5).toString('hex')}`
  await query(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => query(server, `drop database ${name} with (force)`) }
}

const ask = async (name: string): Promise<string> => {
  const answer = await fetch(`${process.env.TICKSTREAM_TEST_SERVERS}/${name}`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text
}

const query = async (url: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** Removes the topics of a test from a broker that outlives it. */
export const dropTopics = async (brokers: string, prefix: string): Promise<void> => {
  const { Kafka, logLevel } = kafkajs
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const topics = (await admin.listTopics()).filter(name => name.startsWith(prefix))
  if (topics.length > 0) await admin.deleteTopics({ topics })
  await admin.disconnect()
}
