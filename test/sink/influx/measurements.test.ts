import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { readTopicFiles } from '../../../src/kafka/admin/topic-files.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import type { Kpi } from '../../../src/market/records/derived/kpi.ts'
import { epochMs } from '../../../src/market/time.ts'
import { influxSink } from '../../../src/sink/influx/influx-sink.ts'
import { measurements } from '../../../src/sink/influx/measurements/measurements.ts'
import { alerts, candles, composites, kpis } from '../../../src/topics.ts'
import { candleAt } from '../../support/candles.ts'
import { incoming } from '../../support/records.ts'
import { parseLine } from './line-protocol.ts'

const sink = influxSink(async () => undefined)

const candleRecord = (candle: Candle) =>
  incoming({ topic: candles[candle.interval].name, value: Buffer.from(JSON.stringify(candle)) })

const kpiRecord = (more: Partial<Kpi> = {}) => {
  const kpi = { ...readTopicFiles().find(({ name }) => name === 'kpi')?.example.value, ...more }
  return incoming({ topic: kpis.name, value: Buffer.from(JSON.stringify(kpi)) })
}

const pointOf = (record: ReturnType<typeof incoming>) => {
  const point = sink.read(record)
  return point === null ? null : parseLine(point.line)
}

describe('measurement ohlcv', () => {
  test('a candle is a point at its open time, with the fields and types of the contract', () => {
    expect(pointOf(candleRecord(candleAt(0, { revision: 2, volume: '12' })))).toEqual({
      measurement: 'ohlcv',
      tags: { exchange: 'binance', symbol: 'BTC/USDT', interval: '1m' },
      time: 1_723_161_540_000,
      fields: {
        open: { type: 'float', value: 61685.98 },
        high: { type: 'float', value: 61720 },
        low: { type: 'float', value: 61680.5 },
        close: { type: 'float', value: 61685.99 },
        volume: { type: 'float', value: 12 },
        quote_volume: { type: 'float', value: 761543.1203987 },
        taker_buy_volume: { type: 'float', value: 6.1 },
        trade_count: { type: 'integer', value: 10 },
        revision: { type: 'integer', value: 2 },
        epoch: { type: 'integer', value: 0 },
        final: { type: 'boolean', value: true }
      }
    })
  })

  test('a candle of a later epoch of ids says so in a field, and takes the place of one of the same window', () => {
    const [before, after] = [candleAt(0, {}), candleAt(0, { epoch: 2, revision: 1 })].map(
      of => sink.read(candleRecord(of))!
    )
    expect(parseLine(after!.line).fields.epoch).toEqual({ type: 'integer', value: 2 })
    expect(after!.pointKey).toBe(before!.pointKey)
  })

  test('an open candle is a point too, and says nothing of the lag', () => {
    const value = sink.read(candleRecord(candleAt(0, { final: false })))
    expect(parseLine(value?.line ?? '').fields.final).toEqual({ type: 'boolean', value: false })
    expect(value && sink.time(value)).toBeNull()
  })

  test('what stands in a tag comes out of the line as it went in', () => {
    const rule = 'A B,C=D\\E\\,F/Ü€'
    expect(pointOf(exampleOf(alerts.name, { rule }))?.tags.rule).toBe(rule)
  })

  test('a tag that no line can carry, and a number that no float can hold, are data errors', () => {
    expect(() => sink.read(exampleOf(alerts.name, { rule: 'BTC\\' }))).toThrow('ends in a backslash')
    const candle = candleAt(0, { high: `1${'0'.repeat(400)}` })
    expect(() => sink.read(candleRecord(candle))).toThrow("invalid float value for field 'high'")
  })
})

describe('measurement crypto_prices', () => {
  test('carries every figure of a KPI in snake_case, as floats', () => {
    const point = pointOf(kpiRecord())
    expect(point).toMatchObject({
      measurement: 'crypto_prices',
      tags: { exchange: 'binance', symbol: 'BTC/USDT' },
      time: 1_723_161_600_000,
      fields: {
        open: { value: 60102.5 },
        price_change_pct: { value: 2.634665779293697 },
        macd_histogram: { value: 1.7 }
      }
    })
    expect(Object.keys(point?.fields ?? {}).sort()).toEqual(
      [
        ...['open', 'high', 'low', 'close', 'bid', 'ask', 'base_volume', 'quote_volume', 'price_change_pct', 'vwap'],
        ...['price_spread', 'daily_range', 'market_depth_ratio', 'order_book_imbalance', 'turnover_ratio'],
        ...['macd', 'macd_signal', 'macd_histogram']
      ].sort()
    )
    expect(new Set(Object.values(point?.fields ?? {}).map(({ type }) => type))).toEqual(new Set(['float']))
  })

  test('what is undefined is left out', () => {
    const { fields } = pointOf(kpiRecord({ macd: null, bid: null })) ?? { fields: {} }
    expect(Object.keys(fields)).toHaveLength(16)
    expect(fields).not.toHaveProperty('macd')
    expect(fields).not.toHaveProperty('bid')
  })

  test('with nothing defined there is no point', () => {
    const record = kpiRecord()
    const { exchange, symbol, time, ...figures } = JSON.parse(String(record.value))
    const nothing = Object.fromEntries(Object.keys(figures).map(name => [name, null]))
    expect(
      pointOf({ ...record, value: Buffer.from(JSON.stringify({ exchange, symbol, time, ...nothing })) })
    ).toBeNull()
  })
})

/** The example of a topic file, with some of its fields changed. */
const exampleOf = (topic: string, more: Readonly<Record<string, unknown>> = {}) => {
  const example = readTopicFiles().find(({ name }) => name === topic)?.example.value
  return incoming({ topic, value: Buffer.from(JSON.stringify({ ...example, ...more })) })
}

describe('measurement indicators', () => {
  test('carries the figures of a candle in snake_case, and says which state of it they are of', () => {
    const { measurement, tags, time, fields } = pointOf(exampleOf('indicators', { final: true, rsi14: null }))!
    expect([measurement, Object.keys(tags), time]).toEqual([
      'indicators',
      ['exchange', 'interval', 'symbol'],
      1_723_161_540_000
    ])
    expect(Object.keys(fields).sort()).toEqual(
      [
        ...['sma20', 'ema20', 'macd', 'macd_signal', 'macd_histogram', 'bb_upper', 'bb_middle', 'bb_lower', 'atr14'],
        ...['vwap', 'obv', 'stoch_k', 'stoch_d', 'revision', 'final']
      ].sort()
    )
    expect([fields.sma20?.type, fields.revision?.type, fields.final?.type]).toEqual(['float', 'integer', 'boolean'])
  })

  test('of an open candle they say nothing of the lag, of a final one its end', () => {
    const timeOf = (final: boolean) => {
      const value = sink.read(exampleOf('indicators', { final }))
      return value && sink.time(value)
    }
    expect([timeOf(false), timeOf(true)]).toEqual([null, 1_723_161_600_000])
  })
})

describe('measurement pairs', () => {
  test('a pair is a series of its legs, interval, window and method', () => {
    const { measurement, tags, time, fields } = pointOf(exampleOf('pairs', { halfLife: null }))!
    expect({ measurement, tags, time }).toEqual({
      measurement: 'pairs',
      tags: { a: 'binance:BTC/USDT', b: 'binance:ETH/USDT', interval: '1m', window: '240', method: 'ols' },
      time: 1_723_161_540_000
    })
    expect(fields).toMatchObject({
      z_score: { type: 'float', value: 1.2916666666666667 },
      spread_mean: { type: 'float', value: 0 },
      adf_p_value: { type: 'float', value: 0.027 },
      cointegrated: { type: 'boolean', value: true }
    })
    expect(fields).not.toHaveProperty('half_life')
  })

  test('where nothing is known of cointegration, nothing is said', () => {
    expect(pointOf(exampleOf('pairs', { cointegrated: null }))?.fields).not.toHaveProperty('cointegrated')
  })
})

describe('measurement composite', () => {
  const record = (more: object = {}) => {
    const example = { ...readTopicFiles().find(({ name }) => name === composites.name)!.example.value, ...more }
    return incoming({ topic: composites.name, value: Buffer.from(JSON.stringify(example)) })
  }

  test('a minute across venues is a point of what they say together', () => {
    expect(pointOf(record())).toEqual({
      measurement: 'composite',
      tags: { symbol: 'BTC/USD', simulated: 'false', interval: '1m' },
      time: 1_723_161_540_000,
      fields: {
        price: { type: 'float', value: 60902.2 },
        volume: { type: 'float', value: 2 },
        quote_volume: { type: 'float', value: 121804.4 },
        dispersion_bps: { type: 'float', value: expect.closeTo(0.903, 3) },
        venues: { type: 'integer', value: 2 },
        missing: { type: 'integer', value: 1 },
        revision: { type: 'integer', value: 0 }
      }
    })
  })

  test('gives way to a higher revision, and leaves out what is not known', () => {
    const [first, second] = [record(), record({ revision: 1, price: null, dispersionBps: null })].map(sink.read)
    expect([second!.pointKey, second!.rank]).toEqual([first!.pointKey, 1])
    expect(Object.keys(parseLine(second!.line).fields)).toEqual([
      'missing',
      'quote_volume',
      'revision',
      'venues',
      'volume'
    ])
  })
})

describe('measurement alerts', () => {
  test('an alert is a point of its rule and its subject, and so is its end', () => {
    const example = exampleOf('alerts', { state: 'resolved', value: null })
    const { measurement, tags, fields } = pointOf(example)!
    const { rule, kind, priority, instrument, pair, threshold } = JSON.parse(String(example.value))
    expect({ measurement, tags, fields }).toEqual({
      measurement: 'alerts',
      tags: { rule, kind, priority, subject: instrument ?? pair, state: 'resolved' },
      fields: { threshold: { type: 'float', value: threshold } }
    })
  })
})

describe('the measurements', () => {
  test('every file that defines one is registered', () => {
    const folder = 'src/sink/influx/measurements'
    const defining = readdirSync(folder).filter(name =>
      /= measurement\(\{/.test(readFileSync(`${folder}/${name}`, 'utf8'))
    )
    const registered = readFileSync(`${folder}/measurements.ts`, 'utf8')
    expect(defining.length).toBe(measurements.length)
    expect(defining.filter(name => !registered.includes(`./${name}'`))).toEqual([])
  })

  test('a topic belongs to one measurement, and records of other topics and tombstones to none', () => {
    expect(new Set(sink.topics).size).toBe(sink.topics.length)
    expect(sink.read(incoming({ topic: 'gaps' }))).toBeNull()
    expect(sink.read({ ...candleRecord(candleAt(0)), value: null })).toBeNull()
  })

  test('what cannot be read is a data error', () => {
    const record = incoming({ topic: 'ohlcv_1m', timestamp: epochMs(0), value: Buffer.from('{}') })
    expect(() => sink.read(record)).toThrow('exchange')
  })
})
