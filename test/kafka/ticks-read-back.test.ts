import { expect, test } from '@jest/globals'
import { partitionOf } from '../../src/kafka/client/partitioner.ts'
import { positionsInTicks } from '../../src/kafka/read/table/positions-in-ticks.ts'
import { publishedAfter } from '../../src/kafka/read/table/published-after.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { rawTicks } from '../../src/topics.ts'
import { oneProcess } from '../faults/one-process.ts'
import { DAY, heartbeat, trade } from '../support/market.ts'

const BTC = parseInstrument('binance:BTC/USDT')

/** A process beside `raw_ticks` that hold these, in order, and bytes that nobody can read. */
const reading = async <T>(
  ticks: readonly Tick[],
  read: (kafka: ReturnType<typeof oneProcess>['kafka'], signal: AbortSignal) => Promise<T>
): Promise<T> => {
  const { timeline, broker, kafka } = oneProcess('ingest')
  const { length } = broker.topics.get(rawTicks.name)!
  const put = (key: string, value: string, time: number): void =>
    broker.log(rawTicks.name, partitionOf(key, length)).append([{ key, value, time }], null)
  put(rawTicks.key(trade(1, DAY)), 'unreadable', DAY + 100_000)
  for (const tick of ticks) put(rawTicks.key(tick), rawTicks.codec.encode(tick), tick.time)
  const found = read(kafka, new AbortController().signal)
  await timeline.run(5_000)
  return found
}

const inOne = <T extends Tick>(tick: T): T => ({ ...tick, epoch: 1 })

test('the last heartbeat in raw_ticks says in which epoch its feed is', async () => {
  const ticks = [
    trade(7, DAY),
    heartbeat(7, DAY + 1_000),
    inOne(trade(1, DAY + 2_000)),
    inOne(heartbeat(1, DAY + 3_000))
  ]
  const found = await reading(ticks, (kafka, signal) => positionsInTicks(kafka, '', [BTC], signal))
  expect(found).toEqual([{ ...BTC, lastId: '1', time: DAY + 3_000, epoch: 1 }])
})

test('what was published behind a place is found in its epoch alone, of its instrument alone, in the order of the records', async () => {
  const at = DAY + 600_000
  const ticks = [
    trade(6, DAY),
    trade(9, at + 20),
    { ...trade(11, at + 30), symbol: 'ETH/USDT' },
    heartbeat(7, at),
    trade(7, at),
    trade(8, at - 10),
    inOne(trade(10, at + 40))
  ]
  const found = await reading(ticks, (kafka, signal) =>
    publishedAfter(kafka, '', BTC, { epoch: 0, id: 7, time: at }, signal)
  )
  expect(found).toEqual([
    { id: 9, time: at + 20 },
    { id: 8, time: at - 10 }
  ])
})
