import { INTERVALS } from '../../../src/market/interval.ts'
import type { Topic } from '../../../src/stream/topic.ts'
import { candles, deadLetters, gaps, ingestState, rawTicks } from '../../../src/topics.ts'
import { bytesOf } from '../broker/partition-log.ts'
import type { World } from '../world/world.ts'

const judgeTopic = <T>({ broker }: World, { name, codec }: Topic<T>): readonly string[] => {
  const records = broker.visible(name).flatMap(({ value }) => (value === null ? [] : [bytesOf(value)]))
  const other = records.find(bytes => codec.encode(codec.decode(bytes)) !== bytes.toString())
  return other ? [`a record of ${name} is not as its table says: ${other.toString()}`] : []
}

/** Each record is written with the fields that its table has, in their order: read and written again, it is the same bytes. */
export const judgeRecords = (world: World): readonly string[] => [
  ...judgeTopic(world, rawTicks),
  ...judgeTopic(world, gaps),
  ...judgeTopic(world, ingestState),
  ...judgeTopic(world, deadLetters),
  ...INTERVALS.flatMap(interval => judgeTopic(world, candles[interval]))
]
