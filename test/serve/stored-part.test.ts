import { describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { supersedes } from '../../src/serve/live/live-tail.ts'
import { createHistory } from '../../src/serve/store/database-reader.ts'
import { type WindowSeries, windowSeriesKey } from '../../src/serve/store/series.ts'
import { createSeriesCache } from '../../src/serve/store/series-cache.ts'
import { createStoredPart } from '../../src/serve/store/stored-part.ts'
import { candleAt } from '../support/candles.ts'
import { fakeClock } from '../support/fake-clock.ts'

const TOPIC = 'p-ohlcv_1m'
const HERE = { clusterId: 'one', topicId: 'first' }
const ANEW = { clusterId: 'one', topicId: 'second' }

/** What the sink has stored, as the database answers. */
const stored = (rows: readonly (readonly unknown[])[]) =>
  createHistory(async () => rows as unknown[][]).stored('p-sink')

const scene = () => {
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line).msg) })
  const health = createHealth()
  return { part: createStoredPart({ prefix: 'p-', health, log }), health, lines }
}

const at = (offset: bigint) => ({ topic: 'ohlcv_1m', partition: 0, offset })

describe('what the database has of what the gateway reads', () => {
  test('is what stands before the position, in the topic that the position was noted in', async () => {
    const { part, health, lines } = scene()
    part.setPositions(await stored([[TOPIC, 0, '100', 'one', 'first']]))
    part.setTopics(new Map([[TOPIC, HERE]]))
    expect([part.has(at(99n)), part.has(at(100n))]).toEqual([true, false])
    expect([lines, health.notes()]).toEqual([[], []])
  })

  test.each([
    ['a topic made anew', ANEW],
    ['a topic in another cluster', { clusterId: 'two', topicId: null }]
  ])('is nothing of %s, which is told once, in the log and in /readyz, until it is over', async (_, now) => {
    const { part, health, lines } = scene()
    part.setTopics(new Map([[TOPIC, now]]))
    for (let poll = 0; poll < 3; poll++) part.setPositions(await stored([[TOPIC, 0, '100', 'one', 'first']]))
    expect(part.has(at(0n))).toBe(false)
    expect(lines).toEqual([expect.stringContaining(`${TOPIC} is not the topic that is stored`)])
    expect(health.notes()).toEqual([`stored positions: ${lines[0]}`])
    part.setPositions(await stored([[TOPIC, 0, '7', now.clusterId, now.topicId]]))
    expect([part.has(at(6n)), part.has(at(7n)), lines.length, health.notes()]).toEqual([true, false, 1, []])
  })

  test('is judged by each partition alone', async () => {
    const { part } = scene()
    part.setTopics(new Map([[TOPIC, ANEW]]))
    part.setPositions(
      await stored([
        [TOPIC, 0, '100', 'one', 'first'],
        [TOPIC, 1, '100', 'one', 'second'],
        ['p-kpi', 0, '100', 'one', 'other']
      ])
    )
    expect([part.has(at(5n)), part.has({ ...at(5n), partition: 1 })]).toEqual([false, true])
    expect(part.has({ ...at(5n), topic: 'kpi' })).toBe(true)
  })

  test('is what stands before the position when nobody noted its topic, or the broker tells none', async () => {
    const { part, lines } = scene()
    part.setPositions(await stored([[TOPIC, 0, '100', null, null]]))
    part.setTopics(new Map([[TOPIC, ANEW]]))
    expect(part.has(at(99n))).toBe(true)
    part.setTopics(new Map([[TOPIC, { clusterId: null, topicId: null }]]))
    part.setPositions(await stored([[TOPIC, 0, '100', 'one', 'first']]))
    expect(part.has(at(99n))).toBe(true)
    part.setTopics(new Map())
    expect([part.has(at(99n)), lines]).toEqual([true, []])
  })

  test('lets no record of a topic made anew leave the live edge, up to the bound that holds for all', async () => {
    const { part } = scene()
    part.setPositions(await stored([[TOPIC, 0, '20000', 'one', 'first']]))
    part.setTopics(new Map([[TOPIC, ANEW]]))
    const series: WindowSeries = { exchange: 'binance', symbol: 'BTC/USDT', interval: '1m' }
    const cache = createSeriesCache<WindowSeries, Candle>({
      keyOf: windowSeriesKey,
      supersedes,
      load: undefined,
      isStored: part.has,
      clock: fakeClock()
    })
    const put = (from: number, to: number): void => {
      for (let n = from; n < to; n++) cache.upsert(series, candleAt(n), at(BigInt(n)))
    }
    put(0, 50)
    expect(cache.newest(series, 100)).toHaveLength(50)
    put(50, 10_100)
    expect(cache.newest(series, 20_000)).toHaveLength(10_000)
  })
})
