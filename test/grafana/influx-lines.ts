import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { INTERVAL_MS, type Interval } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { PAIR_METHODS } from '../../src/market/records/derived/pair-stats.ts'
import { epochMs } from '../../src/market/time.ts'
import { measurements } from '../../src/sink/influx/measurements/measurements.ts'
import { pipelineLines, type Sample } from '../../src/sink/influx/pipeline.ts'
import { candles } from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'

const MINUTE = 60_000
const now = Date.now() - (Date.now() % MINUTE)
/** Oldest first. */
const MINUTES_AGO = [3, 2, 1]

/** A value of a topic as the sink writes it. */
const lineOf = (topic: string, value: string): string => {
  const record = {
    topic,
    partition: 0,
    offset: '0',
    key: null,
    value: Buffer.from(value),
    timestamp: epochMs(0),
    headers: {}
  }
  const point = measurements.find(({ topics }) => topics.includes(topic))?.read(record)
  if (!point) throw new Error(`the sink writes nothing of ${topic}`)
  return point.line
}

/** The example record of a topic. */
export const exampleOf = (topic: string): Readonly<Record<string, unknown>> => {
  const example = readTopicFiles().find(({ name }) => name === topic)?.example.value
  if (typeof example !== 'object' || example === null) throw new Error(`${topic} has no example`)
  return { ...example }
}

const exampleLine = (topic: string, more: Readonly<Record<string, unknown>>): string =>
  lineOf(topic, JSON.stringify({ ...exampleOf(topic), ...more }))

/** A price that wanders, the same in every run. */
const closeAt = (n: number): number => Math.round((60_000 + 500 * Math.sin(n / 9) + 90 * Math.sin(n * 1.7)) * 100) / 100

export const closesOf = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => closeAt(n))

/** Candles up to now that close at `closesOf`. */
export const candleLines = (count: number, interval: Interval): readonly string[] =>
  closesOf(count).map((close, n) => {
    const openTime = epochMs(now - (count - 1 - n) * INTERVAL_MS[interval])
    const closeTime = epochMs(openTime + INTERVAL_MS[interval])
    const candle: Candle = candleAt(0, { interval, openTime, closeTime, close: String(close) })
    return lineOf(candles[interval].name, candles[interval].codec.encode(candle))
  })

/** Indicators of the newest minutes, all as in the example. */
export const indicatorLines = (): readonly string[] =>
  [0, 1, 2].map(ago => exampleLine('indicators', { interval: '1m', openTime: now - ago * MINUTE }))

export const kpiLines = (): readonly string[] =>
  MINUTES_AGO.map(ago => exampleLine('kpi', { time: now - ago * MINUTE }))

/** A pair by every method; the newest minute has no half-life, and another z-score than the rest. */
export const pairLines = (): readonly string[] =>
  PAIR_METHODS.flatMap(method =>
    MINUTES_AGO.map(ago => {
      const newest = ago === 1 ? { halfLife: null, zScore: -2.5 } : {}
      return exampleLine('pairs', { method, interval: '1m', openTime: now - ago * MINUTE, ...newest })
    })
  )

/** What the sink says of itself. */
export const figureLines = (): readonly string[] => {
  const lags = [0, 1].map(partition => ({ group: 'g', topic: 't', partition, lag: 7 }))
  const before: Sample = { time: epochMs(now - 70_000), stage: 's', points: 0, lagSeconds: 0, observed: 0 }
  return pipelineLines(before, { ...before, time: epochMs(now - MINUTE), observed: 1 }, lags)
}
