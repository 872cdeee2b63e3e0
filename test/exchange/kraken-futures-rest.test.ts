import { describe, expect, test } from '@jest/globals'
import { krakenFutures } from '../../src/exchange/krakenfutures/kraken-futures.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer } from '../ingest/fake-exchange.ts'
import { describeRecorded, recordedAnswer, recordedLines } from '../support/recorded-venues.ts'

const BTC = parseInstrument('krakenfutures:BTC/USD:USD')
const OPEN = epochMs(1_765_531_320_000)
const { history, klines, listing, rest } = krakenFutures
const refused = (error: string) => ({ result: 'error', error, serverTime: '2026-12-01T00:00:00.000Z' })

describe('the history of trades', () => {
  test('gives none, as it does not have the numbers of the stream', () => {
    const row = { time: '2026-12-01T00:00:00.000Z', trade_id: 100, price: 90_771, size: 0.1, side: 'buy', type: 'fill' }
    expect(history.trades(BTC).path).toBe('/derivatives/api/v3/history?symbol=PF_XBTUSD')
    expect(history.decodeTrades({ result: 'success', history: [row] })).toEqual([])
    expect(history.isNumbered).toBe(false)
  })

  test.each([refused('notFound'), '<html>', null, []])('that is %j is refused', body => {
    expect(() => history.decodeTrades(body)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('candles', () => {
  const ROW = { time: OPEN, open: '90771', high: '90780.5', low: '90770', close: '90775', volume: '1.25' }

  test('are asked for a range that a page holds', () => {
    expect(klines.page(BTC, '1m', OPEN, epochMs(OPEN + 86_400_000), 1_000).path).toBe(
      `/api/charts/v1/trade/PF_XBTUSD/1m?from=${OPEN / 1_000}&to=${OPEN / 1_000 + 59_999}`
    )
    expect(klines.page(BTC, '1h', null, OPEN, 2).path).toMatch(
      new RegExp(`/1h\\?from=${OPEN / 1_000 - 7_200}&to=${OPEN / 1_000 - 1}$`)
    )
  })

  test('tell prices and volume alone, oldest first', () => {
    const page = klines.decodePage({ candles: [{ ...ROW, time: OPEN + 60_000 }, ROW] }, BTC, '1m')
    expect(page.odd).toEqual([])
    expect(page.klines.map(({ openTime }) => openTime)).toEqual([OPEN, OPEN + 60_000])
    expect(page.klines[0]).toEqual({
      exchange: 'krakenfutures',
      symbol: 'BTC/USD:USD',
      interval: '1m',
      openTime: OPEN,
      closeTime: OPEN + 60_000,
      open: '90771',
      high: '90780.5',
      low: '90770',
      close: '90775',
      volume: '1.25',
      quoteVolume: null,
      tradeCount: null,
      takerBuyVolume: null,
      takerBuyQuoteVolume: null
    })
  })

  test('that cannot be read are set aside, and the others count', () => {
    const rows = [{ ...ROW, time: OPEN + 1 }, { ...ROW, time: OPEN + 60_000, volume: 'much' }, null, ROW]
    const page = klines.decodePage({ candles: rows }, BTC, '1m')
    expect(page.klines.map(({ openTime }) => openTime)).toEqual([OPEN])
    expect(page.odd).toHaveLength(3)
    expect(() => klines.decodePage(refused('notFound'), BTC, '1m')).toThrow(/^candles: /)
  })
})

test('the list tells whether an instrument is traded', () => {
  const row = (symbol: string, tradeable: boolean) => ({ symbol, tradeable })
  const body = { instruments: [row('PF_XBTUSD', true), row('PF_OLDUSD', false), null] }
  const asked = ['BTC/USD:USD', 'OLD/USD:USD', 'BTC/USD:BTC'].map(symbol => parseInstrument(`krakenfutures:${symbol}`))
  expect(listing.decode(body, asked)).toEqual(['tradeable', 'untradeable', null])
  expect(listing.suspended).toEqual(['untradeable'])
})

describe('an answer', () => {
  test.each([
    [429, '', { kind: 'rate-limited', waitMs: 10_000 }],
    [200, refused('apiLimitExceeded'), { kind: 'rate-limited', waitMs: 10_000 }],
    [200, refused('notFound'), { kind: 'unknown-symbol' }],
    [404, '', { kind: 'unknown-symbol' }],
    [400, refused('invalidArgument'), { kind: 'bad-request' }],
    [403, '', { kind: 'blocked' }],
    [451, '', { kind: 'blocked' }],
    [200, refused('Server Error'), null],
    [503, '', null],
    [200, { result: 'success' }, null]
  ] as const)('of %i with %j refuses by %j', (status, body, refusal) => {
    expect(rest.refusal(answer(status, body))).toEqual(refusal)
  })

  test('tells the time of the exchange', () => {
    const time = (serverTime: unknown) => rest.serverTime.decode(answer(200, { serverTime }))
    expect(time('2021-07-22T23:02:07.160Z')).toBe(1_626_994_927_160)
    expect([time('now'), time(7), rest.serverTime.decode(answer(200, null))]).toEqual([null, null, null])
  })
})

describeRecorded('answers as they were recorded (skipped where ../shared/data is absent)', () => {
  test('tell the time, and list no linear contract in 2021', () => {
    const [body] = recordedLines('kraken/futures_ws_rest_first_half.jsonl.gz')
      .map(line => JSON.parse(line))
      .filter(({ t }) => t === 'http')
      .map(({ data }) => JSON.parse(data))
    expect(rest.serverTime.decode(answer(200, body))).toBe(1_626_994_927_160)
    expect(listing.decode(body, [BTC])).toEqual([null])
  })

  test('of inverse contracts count them in candles, and tell in the list what one holds', () => {
    const inverse = { exchange: 'krakenfutures', symbol: 'BTC/USD:BTC', contractSize: '1' }
    const candles = recordedAnswer('kraken/format/http_futures_candles_trade.json')
    expect(klines.decodePage(candles, inverse, '1h').klines[0]).toMatchObject({ volume: null, quoteVolume: '319499' })
    const [listed] = listing.instruments(recordedAnswer('kraken/format/http_futures_instruments.json'))
    expect(listed).toMatchObject({ symbol: 'BTC/USD:BTC', type: 'swap', lotSize: null, contractSize: '1' })
    expect(krakenFutures.countsContracts(inverse)).toBe(true)
    expect(krakenFutures.countsContracts(BTC)).toBe(false)
  })

  test('give candles that open at the close before', () => {
    const { klines: read, odd } = klines.decodePage(
      recordedAnswer('kraken/format/http_futures_candles_trade.json'),
      BTC,
      '1h'
    )
    expect([read.length, odd.length]).toEqual([3, 0])
    expect(read.slice(1).map(({ open }) => open)).toEqual(read.slice(0, -1).map(({ close }) => close))
    expect(klines.incomparable).toEqual(['open', 'high', 'low'])
  })
})
