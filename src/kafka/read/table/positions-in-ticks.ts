import type { Kafka } from 'kafkajs'
import { epochOf, inEpoch } from '../../../market/epoch.ts'
import { type Instrument, instrumentKey } from '../../../market/instrument.ts'
import type { Position } from '../../../market/records/feed/position.ts'
import type { Incoming } from '../../../stream/topic.ts'
import { rawTicks } from '../../../topics.ts'
import { offsetsOf } from '../../admin/log/resume-offsets.ts'
import { partitionOf } from '../../client/partitioner.ts'
import type { Range } from '../range-reader.ts'
import { readRanges } from '../read-range.ts'
import { readEntry } from './read-entry.ts'
import { usableOnly } from './read-usable.ts'

/** Heartbeats come every second, so that the end of a partition has them; a feed that rested for long has none there. */
const FIRST_BACK = 20_000n
const GROWTH = 8n

/** The last heartbeats in a range, by instrument. */
const heartbeatsIn = async (kafka: Kafka, range: Range, signal: AbortSignal): Promise<Map<string, Position>> => {
  const found = new Map<string, Position>()
  const add = (record: Incoming): void => {
    const { value } = readEntry(rawTicks, record)
    if (value === null || !('kind' in value) || value.kind !== 'heartbeat') return
    const { exchange, symbol, lastId, time } = value
    if (lastId === null) return
    found.set(instrumentKey(value), { exchange, symbol, lastId, time, ...inEpoch(epochOf(value)) })
  }
  // Of what cannot be used the aggregator makes dead letters.
  const handle = usableOnly(rawTicks.name, add, () => undefined)
  await readRanges(kafka, [range], records => records.forEach(handle), signal)
  return found
}

/** The newest heartbeat of each of these instruments in one partition, read backwards in ever longer pieces. */
const newestIn = async (
  kafka: Kafka,
  { topic, partition, from: low, to: high }: Range,
  keys: readonly string[],
  signal: AbortSignal
): Promise<readonly Position[]> => {
  const wanted = new Set(keys)
  const found: Position[] = []
  for (let to = high, back = FIRST_BACK; wanted.size > 0 && to > low; back *= GROWTH) {
    const from = to - back > low ? to - back : low
    const heartbeats = await heartbeatsIn(kafka, { topic, partition, from, to }, signal)
    found.push(...[...heartbeats].flatMap(([key, position]) => (wanted.delete(key) ? [position] : [])))
    to = from
  }
  return found
}

/**
 * How far feeds are whole by what `raw_ticks` itself says: the last heartbeat of an instrument covers what `ingest_state` says in
 * other words. Reads back to the beginning if it must; an instrument without any heartbeat is left out.
 */
export const positionsInTicks = async (
  kafka: Kafka,
  prefix: string,
  instruments: readonly Instrument[],
  signal: AbortSignal
): Promise<readonly Position[]> => {
  const topic = prefix + rawTicks.name
  const ranges = await offsetsOf(kafka, topic)
  const found: Position[] = []
  for (const { partition, low, high } of ranges) {
    const keys = instruments.map(instrumentKey).filter(key => partitionOf(key, ranges.length) === partition)
    found.push(...(await newestIn(kafka, { topic, partition, from: low, to: high }, keys, signal)))
  }
  return found
}
