import { connect } from 'node:net'
import { applyTopics } from '../kafka/admin/apply-topics.ts'
import { readTopicFiles } from '../kafka/admin/topic-files.ts'
import { withTopicSettings } from '../kafka/admin/topic-settings.ts'
import { createKafka } from '../kafka/client/client.ts'
import { waysToKafka } from '../up/servers/ways-to-kafka.ts'
import { checkRecords } from './check-records.ts'
import { type Check, type Finding, reasonOf } from './finding.ts'

const CONNECT_WITHIN_MS = 3_000

/** The broker and its topics; without KAFKA_BROKERS, whether `up` could start one. */
export const checkKafka: Check = async target => {
  const { brokers } = target.config.kafka
  if (brokers.length === 0) return [await ownBroker()]
  const problems = (await Promise.all(brokers.map(unreachable))).filter(problem => problem !== null)
  if (problems.length === brokers.length)
    return [
      { part: 'Kafka', state: 'missing', says: problems.join(', '), todo: 'start the broker, or correct KAFKA_BROKERS' }
    ]
  const found = await topics(target)
  return [reached(brokers, problems), found, ...(found.state === 'ok' ? await checkRecords(target) : [])]
}

const reached = (brokers: readonly string[], problems: readonly string[]): Finding =>
  problems.length === 0
    ? { part: 'Kafka', state: 'ok', says: `${brokers.join(',')} can be reached` }
    : { part: 'Kafka', state: 'note', says: problems.join(', '), todo: 'the others answer; look at these when you can' }

const topics: (target: Parameters<Check>[0]) => Promise<Finding> = async ({ config, log }) => {
  try {
    const wanted = withTopicSettings(readTopicFiles(), config.topics)
    const plan = await applyTopics(createKafka(config.kafka, 'doctor', log), config.topicPrefix, wanted, true)
    const due = plan.filter(({ kind }) => kind !== 'none')
    if (due.length === 0)
      return { part: 'Topics', state: 'ok', says: `${plan.length}, all as topics/ and the settings say` }
    const says = due.map(({ name, kind }) => `${name} (${kind})`).join(', ')
    return { part: 'Topics', state: 'missing', says: `to be changed: ${says}`, todo: 'run `tickstream topics apply`' }
  } catch (error) {
    return {
      part: 'Topics',
      state: 'missing',
      says: reasonOf(error),
      todo: 'look at the broker, then run doctor again'
    }
  }
}

const ownBroker = async (): Promise<Finding> => {
  const ways = await waysToKafka()
  const possible = ways.filter(({ problem }) => problem === null).map(({ name }) => name)
  const part = 'Kafka'
  if (possible.length > 0)
    return { part, state: 'ok', says: `KAFKA_BROKERS is not set; \`up\` starts one by ${possible.join(' or ')}` }
  const says = ways.map(({ name, problem }) => `${name}: ${problem}`).join('; ')
  return { part, state: 'missing', says, todo: 'set KAFKA_BROKERS, or install Docker, or install Java 17 and Maven' }
}

/** Why nothing listens there; null when something does. */
const unreachable = (broker: string): Promise<string | null> =>
  new Promise(resolve => {
    const url = new URL(`kafka://${broker}`)
    const socket = connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port),
      timeout: CONNECT_WITHIN_MS
    })
    const settle = (problem: string | null): void => {
      resolve(problem)
      socket.destroy()
    }
    socket.once('connect', () => settle(null))
    socket.once('timeout', () => settle(`${broker} does not answer within ${CONNECT_WITHIN_MS / 1000} s`))
    socket.once('error', error => settle(`${broker}: ${reasonOf(error)}`))
  })
