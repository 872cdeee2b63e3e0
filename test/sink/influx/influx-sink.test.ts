import { describe, expect, test } from '@jest/globals'
import { epochMs } from '../../../src/market/time.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { influxSink } from '../../../src/sink/influx/influx-sink.ts'
import { createInfluxWriter } from '../../../src/sink/influx/influx-writer.ts'
import type { InfluxPoint } from '../../../src/sink/influx/point.ts'
import type { Received, SinkBatch } from '../../../src/stream/sink.ts'
import { sinkContract } from '../../contract/sink-contract.ts'
import { candleAt } from '../../support/candles.ts'
import { DAY } from '../../support/market.ts'
import { incoming } from '../../support/records.ts'
import { startInfluxServer } from './influx-server.ts'

type Values = readonly Received<InfluxPoint>[]

/** A candle as it comes out of `ohlcv_1m`, read by the sink. */
const received = (n: number, more: Parameters<typeof candleAt>[1] = {}): Received<InfluxPoint> => {
  const candle = candleAt(n, more)
  const value = Buffer.from(JSON.stringify(candle))
  const record = incoming({ topic: 'ohlcv_1m', value, timestamp: candle.closeTime })
  const point = influxSink(async () => undefined).read(record)
  if (point === null) throw new Error('the sink reads no candle')
  return { value: point, record }
}

const batch = (values: Values, stored: bigint | null, next: bigint): SinkBatch<InfluxPoint> => ({
  values,
  advances: [{ topic: 'ohlcv_1m', partition: 0, stored, next }]
})

const unwritable = (): Received<InfluxPoint> => {
  const good = received(9)
  return { ...good, value: { ...good.value, line: 'nonsense' } }
}

const prepare = async () => {
  const server = await startInfluxServer()
  const config = { url: server.url, token: server.token, org: 'tickstream', bucket: 'crypto-data' }
  return {
    open: () => influxSink(createInfluxWriter(config, systemClock)),
    batches: [
      batch([received(0, { final: false }), received(1)], null, 2n),
      batch([received(0), received(1, { revision: 1 }), received(2)], 2n, 5n)
    ],
    refused: batch([received(0), unwritable()], null, 2n),
    contents: async () => server.points(),
    close: server.close
  } as const
}

sinkContract('InfluxDB', prepare, { keepsPositions: false })

describe('the InfluxDB sink', () => {
  const writtenOf = async (values: Values): Promise<readonly string[]> => {
    const written: (readonly string[])[] = []
    const sink = influxSink(async lines => void written.push(lines))
    await sink.write(batch(values, null, 9n), new AbortController().signal)
    expect(written.length).toBeLessThan(2)
    return written[0] ?? []
  }

  test('of several states of a candle in a batch the newest is written, once, wherever it stands', async () => {
    const open = received(0, { final: false, volume: '1' })
    const final = received(0, { volume: '2' })
    const revised = received(0, { revision: 1, volume: '3' })
    expect(await writtenOf([open, final])).toEqual([final.value.line])
    expect(await writtenOf([final, open])).toEqual([final.value.line])
    expect(await writtenOf([revised, final, open])).toEqual([revised.value.line])
    const later = received(0, { final: false, volume: '1.5' })
    expect(await writtenOf([open, later])).toEqual([later.value.line])
  })

  test('candles of other windows, symbols and intervals stand beside each other', async () => {
    const values = [
      received(0),
      received(1),
      received(0, { symbol: 'ETH/USDT' }),
      received(0, { interval: '5m', openTime: epochMs(DAY - 300_000), closeTime: epochMs(DAY) }),
      received(0, { exchange: 'sim' })
    ]
    expect(await writtenOf(values)).toHaveLength(5)
  })

  test('positions that move over nothing ask nothing of InfluxDB', async () => {
    expect(await writtenOf([])).toEqual([])
  })
})
