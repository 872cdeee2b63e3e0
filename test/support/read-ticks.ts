import type { Kafka } from 'kafkajs'
import { offsetsOf, readRanges } from '../../src/kafka/read-range.ts'
import type { Tick } from '../../src/market/trade.ts'
import { rawTicks } from '../../src/topics.ts'

/** Every record of raw_ticks, in order within each partition. */
export const readTicks = async (kafka: Kafka, prefix: string): Promise<readonly Tick[]> => {
  const topic = prefix + rawTicks.name
  const ticks: Tick[] = []
  const ranges = (await offsetsOf(kafka, topic)).map(({ partition, low, high }) => ({
    topic,
    partition,
    from: low,
    to: high
  }))
  await readRanges(kafka, ranges, records => {
    for (const { value } of records) if (value) ticks.push(rawTicks.codec.decode(value))
  })
  return ticks
}
