import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createBinance } from '../../../src/exchange/binance/binance.ts'
import { createFramePublisher } from '../../../src/ingest/raw/publish-frames.ts'
import { recordSockets } from '../../../src/ingest/raw/record-sockets.ts'
import { createRedecoder } from '../../../src/ingest/raw/redecode.ts'
import type { RawFrames } from '../../../src/market/records/feed/raw-frames.ts'
import { isTrade, type Trade } from '../../../src/market/records/feed/trade.ts'
import { epochMs } from '../../../src/market/time.ts'
import {
  frameLine,
  packFrames,
  parseFrameLine,
  type RawFrame,
  unpackFrames
} from '../../../src/runtime/frames/frame-lines.ts'
import type { Outgoing, Topic } from '../../../src/stream/topic.ts'
import { deadLetters, rawFrames, rawTicks } from '../../../src/topics.ts'
import { DAY } from '../../support/market.ts'
import { silent } from '../../support/silent.ts'
import { BTC, createWorld, ids, openScene, type Scene } from '../scene.ts'

const FRAME: fc.Arbitrary<RawFrame> = fc.record({
  direction: fc.constantFrom('in' as const, 'out' as const),
  receivedAt: fc.integer({ min: DAY, max: DAY + 1e9 }).map(epochMs),
  text: fc.json().filter(text => !text.startsWith('> '))
})

const valuesIn = <T>({ name, codec }: Topic<T>, records: readonly Outgoing[]): readonly T[] =>
  records.flatMap(({ topic, value }) => (topic === name && value !== null ? [codec.decode(Buffer.from(value))] : []))

describe('frames in a record', () => {
  test('come back as they were, in both directions', () => {
    fc.assert(
      fc.property(fc.array(FRAME, { minLength: 1 }), frames => {
        expect(unpackFrames(packFrames(frames))).toEqual(frames)
      })
    )
  })

  test('are written as recordings are, so that what plays recordings plays them', () => {
    const frame = { direction: 'in', receivedAt: epochMs(1_723_161_600_123), text: '{"a":1}' } as const
    expect(frameLine(frame)).toBe('1723161600123000000 {"a":1}')
    expect(parseFrameLine('1723161600123000000 > {"op":"ping"}')).toEqual({
      direction: 'out',
      receivedAt: 1_723_161_600_123,
      text: '{"op":"ping"}'
    })
  })

  test.each(['', 'x', Buffer.from('no zstd').toString('base64')])('that cannot be read are refused: %p', text => {
    expect(() => unpackFrames(text)).toThrow('zstd')
  })

  test('take a fraction of their size', () => {
    const frames = Array.from({ length: 1_000 }, (_, i) => ({
      direction: 'in' as const,
      receivedAt: epochMs(DAY + i),
      text: `{"stream":"btcusdt@trade","data":{"e":"trade","E":${DAY + i},"s":"BTCUSDT","t":${i},"p":"61000.10000000","q":"0.00100000","T":${DAY + i},"m":true,"M":true}}`
    }))
    const size = frames.reduce((sum, { text }) => sum + text.length, 0)
    expect(packFrames(frames).length).toBeLessThan(size / 8)
  })
})

describe('an ingest that keeps its frames', () => {
  let scene: Scene
  afterEach(() => scene.ingest.stop())

  const open = async () => {
    const world = createWorld()
    const { clock, exchange, broker } = world
    const signal = new AbortController().signal
    const frames = createFramePublisher({ exchange: 'binance', output: broker.output, clock, log: silent, signal })
    scene = openScene({ openSocket: recordSockets(exchange.openSocket, clock, frames.keep) }, world)
    await clock.advance(10)
    const records = (): readonly RawFrames[] => valuesIn(rawFrames, broker.log())
    return { exchange, clock, records, frames }
  }

  test('publishes every frame of every connection, what cannot be read among them, and works as before', async () => {
    const { exchange, clock, records } = await open()
    exchange.trade(...ids(1000, 1005))
    exchange.send('no JSON')
    exchange.drop()
    await clock.advance(2_000)
    exchange.trade(1006)
    await clock.advance(2_000)
    const all = records()
    expect(new Set(all.map(({ connection }) => connection.split('-')[1]))).toEqual(new Set(['1', '2']))
    expect(
      all.flatMap(record => unpackFrames(record.frames)).filter(({ direction }) => direction === 'in')
    ).toHaveLength(8)
    expect(all.map(({ count }) => count).reduce((sum, count) => sum + count, 0)).toBe(8)
    expect(scene.ids()).toEqual(ids(1000, 1006))
  })

  test('can be decoded anew: the same trades, and a dead letter for what still cannot be read', async () => {
    const { exchange, clock, records } = await open()
    exchange.trade(...ids(1000, 1005))
    exchange.send('no JSON')
    await clock.advance(2_000)
    const { decode } = createRedecoder(createBinance('binance'), [BTC])
    const again = records().flatMap(record => decode(unpackFrames(record.frames)))
    const trades = valuesIn(rawTicks, again).filter(isTrade)
    const received = (one: Trade): string => JSON.stringify({ ...one, receivedAt: 0 })
    expect(trades.map(received)).toEqual(scene.trades().map(received))
    expect(valuesIn(deadLetters, again).map(({ reason }) => reason)).toEqual(['undecodable'])
  })
})
