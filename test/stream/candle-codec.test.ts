import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { INTERVAL_MS, INTERVALS } from '../../src/market/interval.ts'
import { CANDLE_STATUSES, type Candle } from '../../src/market/records/derived/candle.ts'
import { epochMs } from '../../src/market/time.ts'
import { candleCodec } from '../../src/stream/codec/derived/candle-codec.ts'
import { DAY } from '../support/market.ts'

const money = fc.integer({ min: 0, max: 1e9 }).map(n => String(n / 1e4).replace(/e.*/, ''))
const id = fc.option(fc.nat().map(String))

const candle: fc.Arbitrary<Candle> = fc
  .record({
    interval: fc.constantFrom(...INTERVALS),
    money: fc.tuple(money, money, money, money, money, money, money, money),
    count: fc.nat(),
    ids: fc.tuple(id, id),
    revision: fc.nat({ max: 9 }),
    final: fc.boolean(),
    status: fc.constantFrom(...CANDLE_STATUSES),
    missing: fc.option(fc.nat())
  })
  .map(
    ({
      interval,
      money: [open, high, low, close, volume, quoteVolume, taker, takerQuote],
      count,
      ids,
      revision,
      final,
      status,
      missing
    }) => ({
      exchange: 'binance',
      symbol: 'BTC/USDT',
      interval,
      openTime: epochMs(DAY),
      closeTime: epochMs(DAY + INTERVAL_MS[interval]),
      open,
      high,
      low,
      close,
      volume,
      quoteVolume,
      tradeCount: count,
      takerBuyVolume: taker,
      takerBuyQuoteVolume: takerQuote,
      firstTradeId: ids[0],
      lastTradeId: ids[1],
      revision,
      final,
      status,
      ...(missing === null ? {} : { missing })
    })
  )

test('a candle is written as JSON.stringify writes it, and read back as it was', () => {
  fc.assert(
    fc.property(candle, value => {
      expect(candleCodec.encode(value)).toBe(JSON.stringify(value))
      expect(candleCodec.decode(Buffer.from(candleCodec.encode(value)))).toEqual(value)
    })
  )
})

test('a bad field is named', () => {
  const [value] = fc.sample(candle, 1)
  expect(() => candleCodec.decode(Buffer.from(JSON.stringify({ ...value, close: '1e5' })))).toThrow(
    /close: "1e5" is not a canonical decimal/
  )
})
