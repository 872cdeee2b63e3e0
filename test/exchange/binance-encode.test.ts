import { describe, expect, test } from '@jest/globals'
import { encodeHistoricalTrade, encodeKlineRow } from '../../src/exchange/binance/rest/encode-rest.ts'
import {
  encodeBookTicker,
  encodeDepthUpdate,
  encodeTrade,
  wireDecimal
} from '../../src/exchange/binance/stream/encode.ts'
import { epochMs } from '../../src/market/time.ts'

// Frames as recorded on 2024-08-08 (nkaz001/hftbacktest, MIT).
const TRADE =
  '{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}'
const TICKER =
  '{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}'
const DEPTH =
  '{"e":"depthUpdate","E":1723161255308,"s":"BTCUSDT","U":50093239203,"u":50093239207,"b":[["55653.87000000","0.00000000"]],"a":[["61838.04000000","0.32332000"]]}'

const trade = {
  id: '3735683259',
  price: '61837.63',
  quantity: '0.02',
  time: epochMs(1_723_161_255_342),
  side: 'sell'
} as const

describe('encoding for Binance', () => {
  test('gives the bytes of a recorded trade', () => {
    expect(encodeTrade('BTCUSDT', trade, 1_723_161_255_343)).toBe(TRADE)
  })

  test('gives the bytes of a recorded best bid and ask', () => {
    const top = { id: 50_093_239_212, bid: ['61837.63', '3.78826'], ask: ['61837.64', '1.54698'] } as const
    expect(encodeBookTicker('BTCUSDT', top)).toBe(TICKER)
  })

  test('gives the bytes of a recorded difference of the book', () => {
    const update = {
      fromId: 50_093_239_203,
      toId: 50_093_239_207,
      bids: [['55653.87', '0']],
      asks: [['61838.04', '0.32332']]
    } as const
    expect(encodeDepthUpdate('BTCUSDT', update, 1_723_161_255_308)).toBe(DEPTH)
  })

  test('writes a trade of history with its worth', () => {
    expect(JSON.parse(encodeHistoricalTrade(trade, '1236.7526'))).toEqual({
      id: 3_735_683_259,
      price: '61837.63000000',
      qty: '0.02000000',
      quoteQty: '1236.75260000',
      time: 1_723_161_255_342,
      isBuyerMaker: true,
      isBestMatch: true
    })
  })

  test('writes a kline whose end is the last millisecond inside it', () => {
    const candle = {
      openTime: epochMs(1_723_161_240_000),
      closeTime: epochMs(1_723_161_300_000),
      open: '1',
      high: '3',
      low: '0.5',
      close: '2',
      volume: '10',
      quoteVolume: '15.25',
      tradeCount: 4,
      takerBuyVolume: '6',
      takerBuyQuoteVolume: '9.125',
      firstTradeId: '1',
      lastTradeId: '4'
    }
    expect(encodeKlineRow(candle)).toBe(
      '[1723161240000,"1.00000000","3.00000000","0.50000000","2.00000000","10.00000000",1723161299999,"15.25000000",4,"6.00000000","9.12500000","0"]'
    )
  })

  test.each([
    ['0', '0.00000000'],
    ['12', '12.00000000'],
    ['0.00000001', '0.00000001'],
    ['1.123456789', '1.123456789']
  ])('writes %s as %s', (plain, wire) => {
    expect(wireDecimal(plain)).toBe(wire)
  })
})
