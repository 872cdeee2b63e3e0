import { describe, expect, test } from '@jest/globals'
import { kraken } from '../../src/exchange/kraken/kraken.ts'
import { compareDecimals, DecimalSum } from '../../src/market/decimal.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import type { ExchangeKline } from '../../src/market/records/feed/exchange-kline.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { describeRecorded, recordedAnswer } from '../support/recorded-venues.ts'

const NOW = epochMs(1_762_808_700_000)
const BTC = parseInstrument('kraken:BTC/USDT')
const { klines, history } = kraken
const ROW = [1_762_795_380, '105433.4', '105433.6', '105433.4', '105433.6', '105433.5', '0.00036969', 2] as const
const page = (...rows: readonly unknown[]) => ({ error: [], result: { XBTUSDT: rows, last: 1_762_795_380 } })
const KLINE = {
  exchange: 'kraken',
  symbol: 'BTC/USDT',
  interval: '1m',
  openTime: 1_762_795_380_000,
  closeTime: 1_762_795_440_000,
  open: '105433.4',
  high: '105433.6',
  low: '105433.4',
  close: '105433.6',
  volume: '0.00036969',
  quoteVolume: null,
  tradeCount: 2,
  takerBuyVolume: null,
  takerBuyQuoteVolume: null
}

describe('a page of candles', () => {
  test('is asked by time, in whole seconds, exclusive', () => {
    const path = (interval: '1m' | '1d', from: number | null) =>
      klines.page(BTC, interval, from === null ? null : epochMs(from)).path
    expect(path('1m', 1_762_795_380_000)).toBe('/0/public/OHLC?pair=XBTUSDT&interval=1&since=1762795379')
    expect(path('1d', null)).toBe('/0/public/OHLC?pair=XBTUSDT&interval=1440')
  })

  test('tells of prices, volume and count', () => {
    expect(klines.decodePage(page(ROW), BTC, '1m')).toEqual({ klines: [KLINE], odd: [] })
  })

  test('sets aside a row that cannot be, so that the others count', () => {
    const odd = [1_762_795_441, ...ROW.slice(1)]
    const bad = [1_762_795_500, 'NaN', ...ROW.slice(2)]
    expect(klines.decodePage(page(odd, ROW, bad, null), BTC, '1m')).toMatchObject({
      klines: [KLINE],
      odd: [{ openTime: 1_762_795_441_000 }, { openTime: 1_762_795_500_000 }, { openTime: null }]
    })
  })

  test('is none: a refusal', () => {
    expect(() => klines.decodePage({ error: ['EService:Busy'] }, BTC, '1m')).toThrow(
      expect.objectContaining({ code: 'TS-DATA' })
    )
  })
})

describe('a message of the candle that forms', () => {
  const AT = '2025-11-10T17:23:30.524394914Z'
  const candle = {
    symbol: 'BTC/USDT',
    open: 105433.4,
    high: 105433.6,
    low: 105433.4,
    close: 105433.6,
    trades: 2,
    volume: 0.00036969,
    vwap: 105433.5,
    interval_begin: '2025-11-10T17:23:00.000000000Z',
    interval: 1
  }
  const decode = (more: object, timestamp: string | undefined = AT) =>
    kraken.decode(
      JSON.stringify({ channel: 'ohlc', type: 'update', timestamp, data: [{ ...candle, ...more }] }),
      new Map([[klines.stream(BTC), BTC]]),
      NOW
    )

  test('says what time it is, and never that it has closed', () => {
    expect(decode({})).toEqual([{ kind: 'kline', kline: KLINE, closed: false, time: Date.parse(AT) }])
    expect(JSON.parse(kraken.subscribe([klines.stream(BTC)], 1)[0]!).params).toEqual({
      channel: 'ohlc',
      symbol: ['BTC/USDT'],
      interval: 1,
      snapshot: false
    })
  })

  test.each([
    ['of another interval', { interval: 5 }],
    ['that begins within a minute', { interval_begin: AT }],
    ['without a volume', { volume: undefined }],
    ['with a price of 0', { low: 0 }]
  ])('%s is unreadable', (_, more) => {
    expect(decode(more)).toMatchObject([{ kind: 'unreadable', stream: 'ohlc BTC/USDT' }])
  })

  test('that does not say when it was sent is unreadable', () => {
    expect(decode({}, 'now')).toMatchObject([{ kind: 'unreadable' }])
  })
})

describeRecorded('the recorded candles (left out where they are not at hand)', () => {
  const MINUTE = 60_000
  const trades = history.decodeTrades(recordedAnswer('kraken/rest_trades_xbtusdt_20251110_first500.json'), BTC, NOW)
  const { klines: own, odd } = klines.decodePage(
    recordedAnswer('kraken/rest_ohlc_1m_xbtusdt_20251110_first_minutes.json'),
    BTC,
    '1m'
  )
  type Figures = Pick<ExchangeKline, 'open' | 'high' | 'low' | 'close' | 'volume' | 'tradeCount'>

  const folded = (of: readonly Trade[]): Figures => {
    const prices = of.map(({ price }) => price).toSorted(compareDecimals)
    const volume = new DecimalSum()
    for (const { quantity } of of) volume.addText(quantity)
    return {
      open: of[0]!.price,
      high: prices.at(-1)!,
      low: prices[0]!,
      close: of.at(-1)!.price,
      volume: volume.toString(),
      tradeCount: of.length
    }
  }

  test('are the fold of the recorded trades, minute for minute', () => {
    expect(odd).toEqual([])
    const minutes = Map.groupBy(trades, ({ time }) => Math.floor(time / MINUTE) * MINUTE)
    // Of the first and the last minute there may be more trades.
    const [first, last] = [trades[0]!.time, trades.at(-1)!.time].map(time => Math.floor(time / MINUTE) * MINUTE)
    const inside = own.filter(({ openTime }) => openTime > first! && openTime < last!)
    const traded = inside.filter(({ tradeCount }) => tradeCount !== 0)
    expect(inside.filter(({ openTime, tradeCount }) => minutes.has(openTime) !== (tradeCount !== 0))).toEqual([])
    expect(traded.length).toBeGreaterThan(100)
    for (const kline of traded) expect(kline).toMatchObject(folded(minutes.get(kline.openTime)!))
  })
})
