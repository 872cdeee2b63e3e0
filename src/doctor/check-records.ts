import { readTopicFiles } from '../kafka/admin/topic-files.ts'
import { LARGEST_BATCH_BYTES, readTopicLimits } from '../kafka/admin/topic-limits.ts'
import { createKafka } from '../kafka/client/client.ts'
import { findUnreadable, findUnusable, type Unusable } from '../kafka/read/table/find-unusable.ts'
import { type Check, type Finding, reasonOf } from './finding.ts'

type DoctorTarget = Parameters<Check>[0]

const MAX_SHOWN = 5

const listed = (found: readonly Unusable[]): string => {
  const shown = found.slice(0, MAX_SHOWN).map(({ location, detail }) => `${location}: ${detail}`)
  const more = found.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

const tryAndReport = async (part: string, work: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> => {
  try {
    return await work()
  } catch (error) {
    return [{ part, state: 'note', says: `could not be looked at: ${reasonOf(error)}`, todo: 'run doctor again' }]
  }
}

/** Tables whose every record is read, and states whose every batch is. */
const records = async ({ config, log, signal }: DoctorTarget): Promise<readonly Finding[]> => {
  const kafka = createKafka(config.kafka, 'doctor', log)
  const states = readTopicFiles().flatMap(({ name, internal }) => (internal === undefined ? [] : [name]))
  const unusable = await findUnusable(kafka, config.topicPrefix, signal)
  const unreadable = await findUnreadable(kafka, config.topicPrefix, states, signal)
  const tables: Finding =
    unusable.length === 0
      ? { part: 'Tables', state: 'ok', says: 'every record can be used' }
      : {
          part: 'Tables',
          state: 'note',
          says: `${unusable.length} cannot be used: ${listed(unusable)}`,
          todo: 'they are passed over; write their keys anew, or tombstones, by a client that uses the default partitioner'
        }
  const state: Finding =
    unreadable.length === 0
      ? { part: 'States', state: 'ok', says: 'every batch can be read' }
      : {
          part: 'States',
          state: 'missing',
          says: listed(unreadable),
          todo: 'put the topic back from a copy, or use a fresh TOPIC_PREFIX and replay the input into it'
        }
  return [tables, state]
}

/** What topics take at most, and what compresses them. */
const limits = async ({ config, log }: DoctorTarget): Promise<readonly Finding[]> => {
  const names = readTopicFiles().map(({ name }) => config.topicPrefix + name)
  const topics = await readTopicLimits(createKafka(config.kafka, 'doctor', log), names)
  const small = topics.filter(({ maxMessageBytes }) => maxMessageBytes < LARGEST_BATCH_BYTES)
  const compressed = topics.filter(({ compression }) => !['producer', 'uncompressed'].includes(compression))
  const by = [...Map.groupBy(compressed, limits => limits.compression)].map(
    ([codec, limits]) => `${codec} on ${limits.length} topics`
  )
  const size: Finding =
    small.length === 0
      ? { part: 'Limits', state: 'ok', says: `every topic takes ${LARGEST_BATCH_BYTES} bytes and more at once` }
      : {
          part: 'Limits',
          state: 'missing',
          says: small.map(({ topic, maxMessageBytes }) => `${topic} takes ${maxMessageBytes} bytes`).join(', '),
          todo: `batches of up to ${LARGEST_BATCH_BYTES} bytes are written: raise max.message.bytes of the topic, or message.max.bytes of the broker`
        }
  const says = by.length === 0 ? 'by none of our topics; every codec is read' : `${by.join(', ')}; every codec is read`
  return [size, { part: 'Compression', state: 'ok', says }]
}

/** What our topics hold and take. */
export const checkRecords = async (target: DoctorTarget): Promise<readonly Finding[]> => [
  ...(await tryAndReport('Limits', () => limits(target))),
  ...(await tryAndReport('Tables', () => records(target)))
]
