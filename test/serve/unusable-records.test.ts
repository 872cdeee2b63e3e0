import { expect, test } from '@jest/globals'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Indicators } from '../../src/market/records/derived/indicators.ts'
import { epochMs } from '../../src/market/time.ts'
import { createFeeds } from '../../src/serve/live/feed-status-tracker.ts'
import { createLiveTail, isRevision, supersedes } from '../../src/serve/live/live-tail.ts'
import { pairSeriesKey, type WindowSeries, windowSeriesKey } from '../../src/serve/store/series.ts'
import { createSeriesCache } from '../../src/serve/store/series-cache.ts'
import { compositeKey } from '../../src/topics.ts'
import { fakeClock } from '../support/fake-clock.ts'

const RULE = { name: 'wide', kind: 'z_score', above: 2, priority: 'high', pair: 'binance:BTC/USDT~binance:ETH/USDT' }

test('a gateway tells of each record that it cannot use, and goes on with the others', () => {
  const shelf = { load: undefined, isStored: () => true, clock: fakeClock(0) }
  const told: string[] = []
  const edge = createLiveTail({
    candles: createSeriesCache<WindowSeries, Candle>({ ...shelf, supersedes, keyOf: windowSeriesKey }),
    indicators: createSeriesCache<WindowSeries, Indicators>({ ...shelf, supersedes, keyOf: windowSeriesKey }),
    pairs: createSeriesCache({ ...shelf, supersedes: () => true, keyOf: pairSeriesKey }),
    composites: createSeriesCache({ ...shelf, supersedes: isRevision, keyOf: compositeKey }),
    feeds: createFeeds([], '1m'),
    publish: () => undefined,
    onUnusable: ({ topic, offset }, detail) => void told.push(`${topic} ${offset} ${detail}`)
  })
  let offset = 0
  const take = (topic: string, key: string | null, value: string | null, more = {}): void =>
    edge.accept({
      topic,
      partition: 0,
      offset: String(offset++),
      timestamp: epochMs(0),
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: {},
      ...more
    })
  take('alert_rules', 'wide', JSON.stringify(RULE))
  take('alert_rules', 'wide', '{"name":"wide"}')
  take('alert_rules', null, JSON.stringify(RULE))
  take('alert_rules', 'other', JSON.stringify(RULE))
  take('gaps', 'binance:BTC/USDT#1', 'nothing')
  take('gaps', null, 'LZ4', { unreadable: 'the batch of offsets 5 to 9 cannot be read' })
  take('gaps', 'binance:BTC/USDT#1', null)
  expect(edge.rules().map(({ name }) => name)).toEqual(['wide'])
  expect(told).toEqual([
    expect.stringMatching(/^alert_rules 1 /),
    'alert_rules 2 key: "" is not the rule\'s name',
    'alert_rules 3 key: "other" is not the rule\'s name',
    expect.stringMatching(/^gaps 4 not JSON/),
    'gaps 5 the batch of offsets 5 to 9 cannot be read'
  ])
})
