import type { Kafka } from 'kafkajs'
import { epochOf } from '../../../market/epoch.ts'
import { type Instrument, instrumentKey } from '../../../market/instrument.ts'
import { chainId, isTrade } from '../../../market/records/feed/trade.ts'
import { epochMs } from '../../../market/time.ts'
import type { Incoming } from '../../../stream/topic.ts'
import { rawTicks } from '../../../topics.ts'
import { offsetsOf } from '../../admin/log/resume-offsets.ts'
import { partitionOf } from '../../client/partitioner.ts'
import { readTopic } from '../read-range.ts'
import { readEntry } from './read-entry.ts'
import { usableOnly } from './read-usable.ts'

type Published = { readonly id: number; readonly time: number }

/** Trades come in the order of their ids, but for clocks inside the exchange. */
const DISORDER_MS = 60_000

/**
 * The trades of an instrument that `raw_ticks` holds after an id of an epoch, in the order of their records. What cannot be
 * used is passed over: of that the aggregator makes dead letters.
 */
export const publishedAfter = async (
  kafka: Kafka,
  prefix: string,
  instrument: Instrument,
  after: Published & { readonly epoch: number },
  signal: AbortSignal
): Promise<readonly Published[]> => {
  const topic = prefix + rawTicks.name
  const key = instrumentKey(instrument)
  const found: Published[] = []
  const add = (record: Incoming): void => {
    const { key: recordKey, value } = readEntry(rawTicks, record)
    if (recordKey !== key || value === null || !isTrade(value) || epochOf(value) !== after.epoch) return
    if (chainId(value) > after.id) found.push({ id: chainId(value), time: value.time })
  }
  const handle = usableOnly(rawTicks.name, add, () => undefined)
  const { length } = await offsetsOf(kafka, topic)
  const wanted = {
    partitions: [partitionOf(key, length)],
    since: epochMs(Math.max(0, after.time - DISORDER_MS)),
    signal
  }
  await readTopic(kafka, topic, records => records.forEach(handle), wanted)
  return found
}
