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
import { keepUsable } from './read-usable.ts'

type Published = { readonly id: number; readonly time: number }

/** Trades come in the order of their ids, but for clocks inside the exchange. */
const DISORDER_MS = 60_000

/**
 * The trades of an instrument that `raw_ticks` holds behind a place in the ids of an epoch, in the order of their records. What cannot be
 * used is passed over: of that the aggregator makes dead letters.
 */
export const publishedBehind = async (
  kafka: Kafka,
  prefix: string,
  instrument: Instrument,
  behind: Published & { readonly epoch: number },
  signal: AbortSignal
): Promise<readonly Published[]> => {
  const topic = prefix + rawTicks.name
  const key = instrumentKey(instrument)
  const found: Published[] = []
  const keep = (record: Incoming): void => {
    const { key: said, value } = readEntry(rawTicks, record)
    if (said !== key || value === null || !isTrade(value) || epochOf(value) !== behind.epoch) return
    if (chainId(value) > behind.id) found.push({ id: chainId(value), time: value.time })
  }
  const take = keepUsable(rawTicks.name, keep, () => undefined)
  const { length } = await offsetsOf(kafka, topic)
  const wanted = {
    partitions: [partitionOf(key, length)],
    since: epochMs(Math.max(0, behind.time - DISORDER_MS)),
    signal
  }
  await readTopic(kafka, topic, records => records.forEach(take), wanted)
  return found
}
