import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readTopicFiles } from '../../src/kafka/topic-files.ts'
import type { Candle } from '../../src/market/candle.ts'
import { epochMs } from '../../src/market/time.ts'
import { cryptoPrices } from '../../src/sink/influx/crypto-prices.ts'
import type { Measurement } from '../../src/sink/influx/measurement.ts'
import { ohlcv } from '../../src/sink/influx/ohlcv.ts'
import { pipelineLines, type Sample } from '../../src/sink/influx/pipeline.ts'
import { candles } from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { expandFlux } from './expand.ts'
import { averages, mean, rsi14 } from './indicator-oracle.ts'
import { type Influxd, startInfluxd, whyNoInfluxd } from './influxd.ts'
import { queries } from './queries.ts'

const MINUTE = 60_000
const now = Date.now() - (Date.now() % MINUTE)

const lineOf = ({ topics, read }: Measurement, topic: string, value: Buffer): string => {
  expect(topics).toContain(topic)
  const record = { topic, partition: 0, offset: '0', key: null, value, timestamp: epochMs(0), headers: {} }
  return read(record)?.line ?? ''
}

/** A price that wanders, the same in every run. */
const closeAt = (n: number): number => Math.round((60_000 + 500 * Math.sin(n / 9) + 90 * Math.sin(n * 1.7)) * 100) / 100

const candleLine = (n: number, count: number): string => {
  const openTime = epochMs(now - (count - 1 - n) * MINUTE)
  const candle: Candle = candleAt(0, { openTime, closeTime: epochMs(openTime + MINUTE), close: String(closeAt(n)) })
  return lineOf(ohlcv, candles['1m'].name, Buffer.from(candles['1m'].codec.encode(candle)))
}

const closesOf = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => closeAt(n))

const kpiLines = (): readonly string[] => {
  const example = readTopicFiles().find(({ name }) => name === 'kpi')?.example.value
  return [3, 2, 1].map(minutes =>
    lineOf(cryptoPrices, 'kpi', Buffer.from(JSON.stringify({ ...example, time: now - minutes * MINUTE })))
  )
}

const figureLines = (): readonly string[] => {
  const lags = [0, 1].map(partition => ({ group: 'g', topic: 't', partition, lag: 7 }))
  const before: Sample = { time: epochMs(now - 70_000), stage: 's', points: 0, lagSeconds: 0, observed: 0 }
  return pipelineLines(before, { ...before, time: epochMs(now - MINUTE), observed: 1 }, lags)
}

const why = whyNoInfluxd()

;(why === null ? describe : describe.skip)(`what InfluxDB answers${why ? ` (left out: ${why})` : ''}`, () => {
  let influx: Influxd

  beforeAll(async () => {
    influx = await startInfluxd()
  })

  afterAll(() => influx.stop())

  const fill = async (count: number): Promise<void> => {
    await influx.empty()
    await influx.write([...closesOf(count).map((_, n) => candleLine(n, count)), ...kpiLines(), ...figureLines()])
  }

  /** The newest row that a panel of Market draws. */
  const newest = async (title: string): Promise<Readonly<Record<string, number>>> => {
    const { text } = queries.find(({ where }) => where === `Market › ${title}`)!
    const row = (await influx.query(expandFlux(text))).at(-1) ?? {}
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]))
  }

  describe('where the sink has written for hours', () => {
    const closes = closesOf(400)
    beforeAll(() => fill(400))

    test.each(queries.filter(({ language }) => language === 'flux').map(query => [query.where, query] as const))(
      '%s: there is something to see',
      async (_where, { text }) => expect((await influx.query(expandFlux(text))).length).toBeGreaterThan(0)
    )

    test('intervals are in the order of their length', async () => {
      await influx.write(
        ['1h', '15m', '1d', '5s'].map(name => candleLine(0, 1).replace('interval=1m', `interval=${name}`))
      )
      const { text } = queries.find(({ where }) => where === 'Market › variable interval')!
      const rows = await influx.query(expandFlux(text))
      expect(rows.map(({ _value }) => _value)).toEqual(['5s', '1m', '15m', '1h', '1d'])
    })

    test('averages and bands are those of the last twenty closes', async () => {
      const row = await newest(`\${symbol} \${interval}`)
      const window = closes.slice(-20)
      const deviation = Math.sqrt(mean(window.map(close => (close - mean(window)) ** 2)))
      expect(row.close).toBe(closes.at(-1))
      expect(row.sma20).toBeCloseTo(mean(window), 6)
      expect(row.ema20).toBeCloseTo(averages(closes, 20).at(-1)!, 4)
      expect(row.bb_upper).toBeCloseTo(mean(window) + 2 * deviation, 6)
      expect(row.bb_lower).toBeCloseTo(mean(window) - 2 * deviation, 6)
    })

    test('RSI is that of Wilder', async () => {
      expect((await newest('RSI 14')).rsi14).toBeCloseTo(rsi14(closes), 4)
    })

    test('RSI is close to that of Wilder from the beginning on', async () => {
      await fill(40)
      expect(Math.abs((await newest('RSI 14')).rsi14! - rsi14(closesOf(40)))).toBeLessThan(1)
      await fill(400)
    })

    test('MACD is the difference of two exponential averages, with its signal line and histogram', async () => {
      const row = await newest('MACD 12/26/9')
      const slow = averages(closes, 26)
      const macd = averages(closes, 12)
        .slice(14)
        .map((fast, at) => fast - slow[at]!)
      const signal = averages(macd, 9).at(-1)!
      expect(row.macd).toBeCloseTo(macd.at(-1)!, 4)
      expect(row.signal).toBeCloseTo(signal, 4)
      expect(row.histogram).toBeCloseTo(macd.at(-1)! - signal, 4)
    })
  })

  describe('where there are too few candles', () => {
    test.each([
      [`\${symbol} \${interval}`, 'sma20', 20],
      [`\${symbol} \${interval}`, 'bb_upper', 20],
      ['RSI 14', 'rsi14', 15],
      ['MACD 12/26/9', 'signal', 34]
    ])('%s: %s is not drawn of fewer than its number, and is of that', async (title, column, needed) => {
      await fill(needed - 1)
      expect(await newest(title)).not.toHaveProperty(column)
      await fill(needed)
      expect((await newest(title))[column]).toBeGreaterThan(-1e9)
    })
  })
})
