import { describe, expect, test } from '@jest/globals'
import { readTopicFiles, type TopicFile } from '../src/kafka/admin/topic-files.ts'
import { listLine } from '../src/kafka/admin/topic-lines.ts'
import { INTERVALS } from '../src/market/interval.ts'
import type { Alert } from '../src/market/records/alert/alert.ts'
import { outgoing, type Topic } from '../src/stream/topic.ts'
import {
  alertClock,
  alertRetries,
  alertRules,
  alertSpread,
  alerts,
  backfillState,
  candles,
  compositeLegs,
  composites,
  deadLetters,
  exchangeKlines,
  gaps,
  indicators,
  ingestKlinesState,
  instruments,
  kpis,
  listings,
  pairLegs,
  pairs,
  rawBooks,
  rawFrames,
  rawTickers,
  rawTicks,
  stateTopic,
  verifications
} from '../src/topics.ts'

const files = new Map(readTopicFiles().map(file => [file.name, file]))

const fileOf = (name: string): TopicFile => {
  const file = files.get(name)
  if (!file) throw new Error(`topics/${name}.json is missing`)
  return file
}

/** Decodes the example and encodes it again, and says what the map makes of it. */
const roundTrip = <T>(topic: Topic<T>) => {
  const { example } = fileOf(topic.name)
  const text = JSON.stringify(example.value)
  const value = topic.codec.decode(Buffer.from(text))
  return { text, encoded: topic.codec.encode(value), key: topic.key(value), example, time: topic.time(value) }
}

const trips = {
  [rawTicks.name]: () => ({ ...roundTrip(rawTicks), timeField: 'time' }),
  ...Object.fromEntries(
    INTERVALS.map(interval => [
      candles[interval].name,
      () => ({ ...roundTrip(candles[interval]), timeField: 'openTime' })
    ])
  ),
  [rawBooks.name]: () => ({ ...roundTrip(rawBooks), timeField: 'time' }),
  [rawTickers.name]: () => ({ ...roundTrip(rawTickers), timeField: 'time' }),
  [kpis.name]: () => ({ ...roundTrip(kpis), timeField: 'time' }),
  [indicators.name]: () => ({ ...roundTrip(indicators), timeField: 'openTime' }),
  [compositeLegs.name]: () => ({ ...roundTrip(compositeLegs), timeField: 'openTime' }),
  [composites.name]: () => ({ ...roundTrip(composites), timeField: 'openTime' }),
  [pairLegs.name]: () => ({ ...roundTrip(pairLegs), timeField: 'openTime' }),
  [pairs.name]: () => ({ ...roundTrip(pairs), timeField: 'openTime' }),
  [exchangeKlines.name]: () => ({ ...roundTrip(exchangeKlines), timeField: 'openTime' }),
  [verifications.name]: () => ({ ...roundTrip(verifications), timeField: 'openTime' }),
  [ingestKlinesState.name]: () => ({ ...roundTrip(ingestKlinesState), timeField: 'openTime' }),
  [backfillState.name]: () => ({ ...roundTrip(backfillState), timeField: 'from' }),
  [alerts.name]: () => ({ ...roundTrip(alerts), timeField: 'time' }),
  [alertClock.name]: () => ({ ...roundTrip(alertClock), timeField: 'time' }),
  [alertRetries.name]: () => ({ ...roundTrip(alertRetries), timeField: 'notBefore' }),
  [gaps.name]: () => ({ ...roundTrip(gaps), timeField: 'closedAt' }),
  [rawFrames.name]: () => ({ ...roundTrip(rawFrames), timeField: 'receivedAt' }),
  [instruments.name]: () => ({ ...roundTrip(instruments), timeField: 'checkedAt' }),
  [listings.name]: () => ({ ...roundTrip(listings), timeField: 'checkedAt' }),
  [deadLetters.name]: () => ({ ...roundTrip(deadLetters), timeField: 'receivedAt' })
}

describe('topic files', () => {
  test.each(Object.entries(trips))('the example of %s is the same bytes after decode and encode', (_name, trip) => {
    const { text, encoded, key, example, time, timeField } = trip()
    expect(encoded).toBe(text)
    expect(key).toBe(example.key)
    expect(time).toBe(example.value[timeField])
  })

  test.each([alertRules.name, alertSpread])(
    'the example of %s is a rule, the same bytes after decode and encode',
    name => {
      const { key, value } = fileOf(name).example
      const rule = alertRules.codec.decode(Buffer.from(JSON.stringify(value)))
      expect(alertRules.codec.encode(rule)).toBe(JSON.stringify(value))
      expect(alertRules.key(rule)).toBe(key)
    }
  )

  test('every topic of the contract has a file', () => {
    const others = [alertRules.name, alertSpread]
    const states = [
      stateTopic('alert'),
      stateTopic('alert-rules'),
      stateTopic('aggregate'),
      stateTopic('analyze-composite'),
      stateTopic('analyze-kpi'),
      stateTopic('analyze-indicators'),
      stateTopic('analyze-verification'),
      stateTopic('analyze-pair-legs'),
      stateTopic('analyze-pairs'),
      stateTopic('ingest')
    ]
    expect([...files.keys()].sort()).toEqual([...Object.keys(trips), ...others, ...states].sort())
  })

  test('every topic between stages says what it is for, and is kept as that asks for', () => {
    const internal = [...files.values()].filter(file => file.internal !== undefined)
    expect(internal.map(({ name }) => name)).toEqual([...files.keys()].filter(name => name.endsWith('_state')))
    const ofKind = (...kinds: readonly string[]) => internal.filter(file => kinds.includes(file.internal!))
    const policies = (found: readonly TopicFile[]) => [...new Set(found.map(({ config }) => config['cleanup.policy']))]
    expect(policies(ofKind('changelog', 'broadcast', 'position'))).toEqual(['compact'])
    expect(policies(ofKind('repartition', 'clock', 'retry'))).toEqual(['delete'])
    expect(ofKind('changelog').map(({ name }) => name)).toEqual(
      [
        'aggregate',
        'alert-rules',
        'alert',
        'analyze-composite',
        'analyze-indicators',
        'analyze-kpi',
        'analyze-pair-legs',
        'analyze-pairs',
        'analyze-verification'
      ].map(stateTopic)
    )
  })

  test('a line of `topics list` says what a topic is for', () => {
    const view = { name: 'p.aggregate_state', exists: true, partitions: [], records: 7, config: {} }
    expect(listLine(view, 'changelog')).toMatch(/^p\.aggregate_state +changelog +0 +7 /)
    expect(listLine({ ...view, exists: false }, 'changelog')).toMatch(/is missing; run `tickstream topics apply`$/)
  })

  test('what one stage reads and writes by key has as many partitions as raw_ticks', () => {
    const partners = [
      ...INTERVALS.map(interval => `ohlcv_${interval}`),
      'aggregate_state',
      'analyze-kpi_state',
      'analyze-indicators_state',
      'analyze-verification_state',
      'analyze-pair-legs_state',
      'raw_books',
      'raw_tickers',
      'indicators',
      'pairs',
      composites.name,
      exchangeKlines.name,
      verifications.name,
      'gaps',
      alertSpread,
      alertClock.name,
      'alert_state'
    ]
    for (const name of partners) expect(fileOf(name).copartitionedWith).toBe('raw_ticks')
    expect(fileOf('analyze-composite_state').copartitionedWith).toBe(compositeLegs.name)
    expect(fileOf('analyze-pairs_state').copartitionedWith).toBe(pairLegs.name)
    expect(fileOf('alert-rules_state').copartitionedWith).toBe(alertRules.name)
  })

  test('what has the time of our own clock alone is stamped by the broker, and sent without a time', () => {
    for (const { name, isLocalTime } of [gaps, listings, instruments, deadLetters, alertClock, alertRetries]) {
      expect(isLocalTime).toBeDefined()
      expect(fileOf(name).config['message.timestamp.type']).toBe('LogAppendTime')
    }
    const alert = alerts.codec.decode(Buffer.from(JSON.stringify(fileOf('alerts').example.value)))
    const sentAs = (kind: Alert['kind']) => outgoing<Alert>(alerts, { ...alert, kind }).time
    expect([sentAs('price'), sentAs('stale'), sentAs('gap')]).toEqual([alert.time, null, null])
  })

  test('dead letters of the largest payload fit into their topic', () => {
    const base64Bytes = Math.ceil((8 * 1024 * 1024) / 3) * 4
    expect(Number(fileOf('dead_letters').config['max.message.bytes'])).toBeGreaterThan(base64Bytes + 64 * 1024)
  })
})

test('a hole of ids that began anew has a key of its own: it never takes the place of an earlier one', () => {
  const hole = gaps.codec.decode(Buffer.from(JSON.stringify(fileOf(gaps.name).example.value)))
  expect(gaps.key({ ...hole, fromId: '5' })).toBe('binance:BTC/USDT#5')
  expect(gaps.key({ ...hole, fromId: '5', epoch: 0 })).toBe('binance:BTC/USDT#5')
  expect(gaps.key({ ...hole, fromId: '5', epoch: 1 })).toBe('binance:BTC/USDT#1/5')
  const again = gaps.codec.decode(Buffer.from(gaps.codec.encode({ ...hole, epoch: 1 })))
  expect(again).toEqual({ ...hole, epoch: 1 })
})
