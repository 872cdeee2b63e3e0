import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readTopicFiles } from '../../../src/kafka/admin/topic-files.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import { epochMs } from '../../../src/market/time.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { influxSink } from '../../../src/sink/influx/influx-sink.ts'
import { createInfluxWriter, type InfluxWriter } from '../../../src/sink/influx/influx-writer.ts'
import { candleAt } from '../../support/candles.ts'
import { eventually } from '../../support/eventually.ts'
import { incoming } from '../../support/records.ts'
import { type Engine, engines } from './engine.ts'

const NEVER = new AbortController().signal
const CONFIG = { token: '', org: 'tickstream', bucket: 'crypto-data' }
const COUNT = 1_000

const candleRecord = (candle: Candle) =>
  incoming({ topic: 'ohlcv_1m', value: Buffer.from(JSON.stringify(candle)), timestamp: candle.closeTime })
const kpiRecord = () => {
  const example = readTopicFiles().find(({ name }) => name === 'kpi')?.example.value
  return incoming({ topic: 'kpi', value: Buffer.from(JSON.stringify(example)), timestamp: epochMs(Date.now()) })
}

const store = async (write: InfluxWriter, records: readonly ReturnType<typeof incoming>[]): Promise<void> => {
  const sink = influxSink(write)
  const values = records.flatMap(record => {
    const value = sink.read(record)
    return value ? [{ value, record }] : []
  })
  await sink.write({ values, advances: [] }, NEVER)
}

const windows = Array.from({ length: COUNT }, (_, n) => n)

for (const { name, missing, replaces, start } of engines) {
  const describeHere = missing === null ? describe : describe.skip
  describeHere(`${name} behind the sink${missing === null ? '' : `: ${missing}`}`, () => {
    let engine: Engine
    let write: InfluxWriter

    beforeAll(async () => {
      engine = await start()
      write = createInfluxWriter({ ...CONFIG, url: engine.url }, systemClock)
    })

    afterAll(() => engine.stop())

    test('holds every candle that was written, each field with its value', async () => {
      await store(
        write,
        windows.map(n => candleRecord(candleAt(n, { final: false, volume: '0.5' })))
      )
      await store(
        write,
        windows.map(n => candleRecord(candleAt(n, { revision: 1, volume: String(n) })))
      )
      const newest = (field: string, value: (n: number) => number) =>
        windows.map(n => ({ field, time: Number(candleAt(n).openTime), value: value(n) }))
      const due = [...newest('volume', n => n), ...newest('revision', () => 1), ...newest('final', () => 1)]
      const text = (of: (typeof due)[number]): string => `${of.field} ${of.time} ${of.value}`
      const missed = async (): Promise<readonly string[]> => {
        const held = new Set((await engine.valuesOf('ohlcv')).map(text))
        return due.map(text).filter(value => !held.has(value))
      }
      await eventually(
        async () => (await missed()).length === 0,
        async () => (await missed()).slice(0, 5)
      )
      const kept = (await engine.valuesOf('ohlcv')).filter(({ field }) => field === 'volume').length
      expect(kept).toBe(replaces ? COUNT : 2 * COUNT)
    })

    test('holds the KPIs under the names of the contract', async () => {
      await store(write, [kpiRecord()])
      const histogram = async () =>
        (await engine.valuesOf('crypto_prices')).find(({ field }) => field === 'macd_histogram')
      await eventually(async () => (await histogram()) !== undefined)
      expect(await histogram()).toMatchObject({ time: 1_723_161_600_000, value: 1.7 })
    })

    if (replaces)
      test('refuses a field of another type, and a line that is none, as bad data', async () => {
        for (const line of ['ohlcv,symbol=X open=1i 1723161540000', 'nonsense'])
          await expect(write([line], NEVER)).rejects.toMatchObject({ code: 'TS-INFLUX-REFUSED' })
      })
  })
}
