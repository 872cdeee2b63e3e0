import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { analyzePairs } from '../../../src/analyze/analyze-pairs.ts'
import { pairLegs } from '../../../src/analyze/pair-legs.ts'
import type { Interval } from '../../../src/market/interval.ts'
import { parsePair } from '../../../src/market/pair.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import { epochMs } from '../../../src/market/time.ts'
import { pairLegs as legs, pairs } from '../../../src/topics.ts'
import { processorContract } from '../../contract/processor-contract.ts'
import { candleAt } from '../../support/candles.ts'
import { drive } from '../../support/drive.ts'
import { DAY } from '../../support/market.ts'

const [BTC, ETH, SOL] = ['binance:BTC/USDT', 'binance:ETH/USDT', 'binance:SOL/USDT']
const topology = pairLegs({
  pairs: [parsePair(`${BTC}~${ETH}`), parsePair(`${SOL}~${BTC}`)],
  intervals: ['1m', '5m']
})

/** What goes to pairs; each 1m candle goes to the other venues of its symbol as well. */
const sentOn = (candles: readonly Candle[]) =>
  drive(topology, candles).outputs.filter(({ topic }) => topic === legs.name)

describe('pair-legs', () => {
  test('a final candle goes to every pair that has its instrument, on its side', () => {
    const outputs = sentOn([candleAt(0)])
    expect(outputs.map(({ topic, key, time }) => [topic, key, time])).toEqual([
      ['pair-legs_state', `${BTC}~${ETH}#1m`, candleAt(0).openTime],
      ['pair-legs_state', `${SOL}~${BTC}#1m`, candleAt(0).openTime]
    ])
    expect(outputs.map(({ value }) => JSON.parse(value ?? ''))).toMatchObject([
      { a: BTC, b: ETH, side: 'a', interval: '1m', close: '61685.99', revision: 0 },
      { a: SOL, b: BTC, side: 'b' }
    ])
  })

  test('open candles, and instruments of no pair, go nowhere', () => {
    const none = [candleAt(0, { final: false }), candleAt(1, { symbol: 'XRP/USDT' })]
    expect(sentOn(none)).toEqual([])
  })

  test('each revision of a final candle follows it', () => {
    const outputs = sentOn([candleAt(0), candleAt(0, { revision: 1, close: '61700' })])
    expect(outputs.map(({ value }) => JSON.parse(value ?? '').revision)).toEqual([0, 0, 1, 1])
  })

  test('what it sends on becomes the statistics of the pair', () => {
    const candles = Array.from({ length: 20 }, (_, n) => [
      candleAt(n, { close: String(61_000 + ((n * 37) % 11)) }),
      candleAt(n, { symbol: 'ETH/USDT', close: String(3_000 + ((n * 17) % 7)) })
    ]).flat()
    const sent = sentOn(candles).map(({ value }) => legs.codec.decode(Buffer.from(value ?? '')))
    const { outputs } = drive(analyzePairs({ window: 10, methods: ['ols'] }), sent)
    expect(outputs.map(({ key }) => key)).toEqual(Array.from({ length: 20 }, () => `${BTC}~${ETH}`))
    expect(JSON.parse(outputs.at(-1)?.value ?? '')).toMatchObject({
      interval: '1m',
      openTime: candleAt(19).openTime,
      window: 10,
      zScore: expect.any(Number)
    })
  })

  test("it reads the candles of its intervals alone, and the exchange's own beside those of a minute", () => {
    const inputs = (intervals: readonly Interval[]) => pairLegs({ pairs: [], intervals }).from.map(({ name }) => name)
    expect(inputs(['1m', '5m'])).toEqual(['ohlcv_1m', 'ohlcv_5m', 'exchange_klines'])
    expect(inputs(['5m'])).toEqual(['ohlcv_5m'])
  })
})

describe("the exchange's own candles", () => {
  const sent = (...candles: readonly Candle[]): readonly string[] =>
    sentOn(candles)
      .map(({ value }) => legs.codec.decode(Buffer.from(value ?? '')))
      .filter(({ side }) => side === 'a')
      .map(({ openTime, close, revision }) => `${(openTime - candleAt(0).openTime) / 60_000} ${close} r${revision}`)
  const kline = (n: number) => candleAt(n, { status: 'exchange', revision: -1, close: `${n}` })
  const own = (n: number, more: Partial<Candle> = {}) => candleAt(n, { close: `1${n}`, ...more })

  test('are legs until our first candle, whichever comes first, and none from there on', () => {
    expect(sent(kline(0), kline(1), own(2), kline(2), kline(3), own(3))).toEqual([
      '0 0 r0',
      '1 1 r0',
      '2 12 r0',
      '3 13 r0'
    ])
    expect(sent(own(2), kline(0), kline(1), kline(2), own(3))).toEqual(['2 12 r0', '0 0 r0', '1 1 r0', '3 13 r0'])
  })

  test('count before the oldest of ours, whichever of those came first', () => {
    expect(sent(own(3), own(1), kline(2), kline(0))).toEqual(['3 13 r0', '1 11 r0', '0 0 r0'])
  })

  test('say so, and so do the statistics that they make', () => {
    const both = [kline(1), own(2)].flatMap(candle => [candle, { ...candle, symbol: 'ETH/USDT' }])
    const read = sentOn(both).map(({ value }) => legs.codec.decode(Buffer.from(value ?? '')))
    const { outputs } = drive(analyzePairs({ window: 10, methods: ['ols'] }), read)
    const stats = outputs.map(({ value }) => pairs.codec.decode(Buffer.from(value ?? '')))
    expect(stats.map(({ standIn }) => standIn)).toEqual([true, undefined])
  })

  test('give way to ours of the same minute', () => {
    expect(sent(kline(0), kline(1), own(1), own(1, { revision: 1 }))).toEqual([
      '0 0 r0',
      '1 1 r0',
      '1 11 r0',
      '1 11 r1'
    ])
  })

  test('are not held back by our candles of other intervals', () => {
    const five = { openTime: epochMs(DAY - 300_000), closeTime: epochMs(DAY) }
    expect(sent(own(0, { interval: '5m', ...five }), kline(1))).toEqual(['-4 10 r0', '1 1 r0'])
  })
})

describe('the contract of processors: pair-legs', () => {
  const candles = fc.array(
    fc
      .record({
        n: fc.nat({ max: 9 }),
        symbol: fc.constantFrom('BTC/USDT', 'ETH/USDT', 'XRP/USDT'),
        final: fc.boolean(),
        status: fc.constantFrom('traded' as const, 'exchange' as const)
      })
      .map(({ n, ...more }) => candleAt(n, more)),
    { maxLength: 40 }
  )
  processorContract({ name: 'pair-legs', topology, records: candles })
})
