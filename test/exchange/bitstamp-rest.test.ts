import { describe, expect, test } from '@jest/globals'
import { bitstamp } from '../../src/exchange/bitstamp/bitstamp.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer } from '../ingest/fake-exchange.ts'
import { describeRecorded, recordedAnswer, stepsOf } from '../support/recorded-venues.ts'

const BTC = parseInstrument('bitstamp:BTC/USD')
const NOW = epochMs(1_700_000_001_000)
const OPEN = epochMs(1_577_836_200_000)
const { history, klines, listing, rest } = bitstamp
const ROW = { date: '1560481868', tid: '90574283', price: '8194.79', type: '1', amount: '0.00288599' }
const CANDLE = {
  close: '7170.66',
  high: '7170.66',
  low: '7164.21',
  open: '7164.21',
  timestamp: '1577836200',
  volume: '0.0854909'
}
const candles = (...ohlc: readonly unknown[]) => ({ data: { pair: 'BTC/USD', ohlc } })

describe('the history of trades', () => {
  test('is the last hour, whatever is asked', () => {
    expect(history.trades(BTC)).toEqual({ path: '/api/v2/transactions/btcusd/?time=hour', cost: 1 })
  })

  test('stands oldest first, in whole seconds', () => {
    const trades = history.decodeTrades([ROW, { ...ROW, tid: '90574282', type: '0' }], BTC, NOW)
    expect(trades.map(({ id, side }) => [id, side])).toEqual([
      ['90574282', 'buy'],
      ['90574283', 'sell']
    ])
    expect(trades[1]).toEqual({
      exchange: 'bitstamp',
      symbol: 'BTC/USD',
      id: '90574283',
      price: '8194.79',
      quantity: '0.00288599',
      time: 1_560_481_868_000,
      receivedAt: NOW,
      side: 'sell',
      via: 'history'
    })
  })

  test.each([
    ['an error', { status: 'error', reason: 'x', code: 'API0001' }],
    ['a row that is null', [null]],
    ['an id that is a number', [{ ...ROW, tid: 1 }]],
    ['a side that is none', [{ ...ROW, type: '2' }]],
    ['a time that is none', [{ ...ROW, date: 'now' }]]
  ])('that is %s is refused', (_, body) => {
    expect(() => history.decodeTrades(body, BTC, NOW)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('candles', () => {
  test('are asked for a range that a page holds', () => {
    expect(klines.page(BTC, '1m', OPEN, epochMs(OPEN + 86_400_000), 1000)).toEqual({
      path: '/api/v2/ohlc/btcusd/?step=60&limit=1000&start=1577836200&end=1577896140',
      cost: 1
    })
    expect(klines.page(BTC, '5m', null, OPEN, 2).path).toBe(
      '/api/v2/ohlc/btcusd/?step=300&limit=2&start=1577835600&end=1577835900'
    )
  })

  test('tell a volume, and neither what was paid nor a count', () => {
    const page = klines.decodePage(candles({ ...CANDLE, timestamp: '1577836260' }, CANDLE), BTC, '1m')
    expect(page.odd).toEqual([])
    expect(page.klines.map(({ openTime }) => openTime)).toEqual([OPEN, OPEN + 60_000])
    expect(page.klines[0]).toMatchObject({ open: '7164.21', volume: '0.0854909', quoteVolume: null, tradeCount: null })
  })

  test('that cannot be read are set aside, and the others count', () => {
    const page = klines.decodePage(candles({ ...CANDLE, timestamp: '1577836261' }, CANDLE), BTC, '1m')
    expect([page.klines.length, page.odd.length]).toEqual([1, 1])
    expect(() => klines.decodePage({ data: {} }, BTC, '1m')).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

test('the list tells whether a pair is traded', () => {
  const body = [{ url_symbol: 'btcusd', trading: 'Enabled' }, { url_symbol: 'oldusd', trading: 'Disabled' }, null]
  const asked = ['BTC/USD', 'OLD/USD', 'BTC/USD:USD'].map(symbol => parseInstrument(`bitstamp:${symbol}`))
  expect(listing.decode(body, asked)).toEqual(['Enabled', 'Disabled', null])
  expect(listing.suspended).toEqual(['Disabled'])
})

test.each([
  [429, { kind: 'rate-limited', waitMs: 10_000 }],
  [403, { kind: 'blocked' }],
  [404, { kind: 'unknown-symbol' }],
  [400, { kind: 'bad-request' }],
  [200, null],
  [503, null]
] as const)('an answer of %i refuses by %j', (status, refusal) => {
  expect(rest.refusal(answer(status, ''))).toEqual(refusal)
})

describeRecorded('recorded answers', () => {
  /** By path: what was answered to a GET. */
  const answers = (path: string): unknown => {
    const all = recordedAnswer('bitstamp/rest_transactions_ohlc_pairs_20190614_20xx.json.gz') as Readonly<
      Record<string, { readonly GET: readonly { readonly data: unknown }[] }>
    >
    return all[path]?.GET[0]?.data
  }

  test('have trades whose ids go up with holes: they are of all pairs', () => {
    const trades = history.decodeTrades(answers('/api/v2/transactions/btcusd/'), BTC, NOW)
    expect(trades.length).toBeGreaterThan(300)
    expect(stepsOf(trades).some(step => step > 1)).toBe(true)
    expect(stepsOf(trades).every(step => step > 0)).toBe(true)
  })

  test('have candles and pairs', () => {
    const page = klines.decodePage(answers('/api/v2/ohlc/btcusd/'), BTC, '1m')
    expect(page.klines.length).toBeGreaterThan(2)
    expect(page.odd).toEqual([])
    expect(listing.decode(answers('/api/v2/trading-pairs-info/'), [BTC])).toEqual(['Enabled'])
  })
})
