import { describe, expect, test } from '@jest/globals'
import { deribit } from '../../src/exchange/deribit/deribit.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer } from '../ingest/fake-exchange.ts'
import { describeRecorded, recordedAnswer, recordedLines } from '../support/recorded-venues.ts'

const BTC = parseInstrument('deribit:BTC/USDC:USDC')
const NOW = epochMs(1_766_487_200_000)
const OPEN = epochMs(1_766_483_460_000)
const { history, klines, listing, rest } = deribit
const ok = (result: unknown) => ({ jsonrpc: '2.0', result })
const refused = (code: number, data?: unknown) => ({ jsonrpc: '2.0', error: { code, message: 'no', data } })
const ROW = {
  amount: 0.5,
  direction: 'sell',
  instrument_name: 'BTC_USDC-PERPETUAL',
  price: 87456.5,
  timestamp: 1_766_483_461_000,
  trade_id: 'USDC-284830839',
  trade_seq: 12
}

describe('the history of trades', () => {
  test('is asked by the number of a trade, the newest without one', () => {
    expect(history.trades(BTC, { id: '12', notBefore: null }, 1000)).toEqual({
      path: '/api/v2/public/get_last_trades_by_instrument?instrument_name=BTC_USDC-PERPETUAL&count=1000&start_seq=12&sorting=asc',
      cost: 1
    })
    expect(history.trades(BTC, null, 10).path).toMatch(/count=10&sorting=desc$/)
  })

  test('stands in the order of those numbers', () => {
    const body = ok({ trades: [{ ...ROW, trade_seq: 13 }, ROW], has_more: false })
    const trades = history.decodeTrades(body, BTC, NOW)
    expect(trades.map(({ sequence }) => sequence)).toEqual(['12', '13'])
    expect(trades[0]).toEqual({
      exchange: 'deribit',
      symbol: 'BTC/USDC:USDC',
      id: 'USDC-284830839',
      sequence: '12',
      price: '87456.5',
      quantity: '0.5',
      time: 1_766_483_461_000,
      receivedAt: NOW,
      side: 'sell',
      via: 'history'
    })
  })

  test.each([
    ['a refusal', refused(-32602)],
    ['no list', ok({})],
    ['text', '<html>'],
    ['a row that is null', ok({ trades: [null] })],
    ['a number that is text', ok({ trades: [{ ...ROW, trade_seq: '12' }] })]
  ])('that is %s is refused', (_, body) => {
    expect(() => history.decodeTrades(body, BTC, NOW)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('candles', () => {
  const COLUMNS = {
    ticks: [OPEN + 60_000, OPEN],
    open: [2, 1],
    high: [2.5, 1.5],
    low: [2, 1],
    close: [2.5, 1.5],
    volume: [0.25, 0],
    cost: [0.5, 0],
    status: 'ok'
  }

  test('are asked for a range that a page holds', () => {
    expect(klines.page(BTC, '1m', OPEN, epochMs(OPEN + 86_400_000), 1000).path).toBe(
      `/api/v2/public/get_tradingview_chart_data?instrument_name=BTC_USDC-PERPETUAL&start_timestamp=${OPEN}&end_timestamp=${OPEN + 59_999_999}&resolution=1`
    )
    expect(klines.page(BTC, '1d', null, OPEN, 2).path).toMatch(
      new RegExp(`start_timestamp=${OPEN - 172_800_000}&end_timestamp=${OPEN - 1}&resolution=1D$`)
    )
  })

  test('come in columns, and stand oldest first', () => {
    const page = klines.decodePage(ok(COLUMNS), BTC, '1m')
    expect(page.odd).toEqual([])
    expect(
      page.klines.map(({ openTime, close, volume, quoteVolume }) => [openTime, close, volume, quoteVolume])
    ).toEqual([
      [OPEN, '1.5', '0', '0'],
      [OPEN + 60_000, '2.5', '0.25', '0.5']
    ])
  })

  test('that cannot be read are set aside, and the others count', () => {
    const page = klines.decodePage(ok({ ...COLUMNS, cost: ['much', 0] }), BTC, '1m')
    expect(page.klines.map(({ openTime }) => openTime)).toEqual([OPEN])
    expect(page.odd).toMatchObject([{ openTime: OPEN + 60_000, detail: expect.stringMatching(/^cost: /) }])
  })

  test('without a column are refused', () => {
    expect(() => klines.decodePage(ok({ ...COLUMNS, volume: undefined }), BTC, '1m')).toThrow(/^volume: /)
  })
})

test('the list tells whether an instrument is active', () => {
  const row = (instrument_name: string, is_active: boolean) => ({ instrument_name, is_active })
  const body = ok([row('BTC_USDC-PERPETUAL', true), row('OLD_USDC-PERPETUAL', false), null])
  const asked = ['BTC/USDC:USDC', 'OLD/USDC:USDC', 'BTC/USD:BTC'].map(symbol => parseInstrument(`deribit:${symbol}`))
  expect(listing.decode(body, asked)).toEqual(['active', 'inactive', null])
  expect(listing.suspended).toEqual(['inactive'])
  expect(() => listing.decode(ok({}), asked)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
})

describe('an answer', () => {
  test.each([
    [429, '', { kind: 'rate-limited', waitMs: 1_000 }],
    [400, refused(10_028), { kind: 'rate-limited', waitMs: 1_000 }],
    [400, refused(13_020), { kind: 'unknown-symbol' }],
    [400, refused(-32602, { param: 'instrument_name', reason: 'wrong format' }), { kind: 'unknown-symbol' }],
    [400, refused(-32602, { param: 'count', reason: 'must be at most 1000' }), { kind: 'bad-request' }],
    [403, '', { kind: 'blocked' }],
    [500, refused(11_094), null],
    [200, ok([]), null]
  ] as const)('of %i with %j refuses by %j', (status, body, refusal) => {
    expect(rest.refusal(answer(status, body))).toEqual(refusal)
  })

  test('tells the time of the exchange', () => {
    expect(rest.serverTime.decode(answer(200, ok(1_766_483_460_123)))).toBe(1_766_483_460_123)
    expect(rest.serverTime.decode(answer(200, ok('now')))).toBeNull()
  })
})

describeRecorded('answers as they were kept', () => {
  const INVERSE = parseInstrument('deribit:BTC/USD:BTC')
  const BASE_SETTLED = parseInstrument('deribit:ETH/USD:ETH')

  test('have consecutive numbers, and ids that are no numbers', () => {
    const body = recordedAnswer('deribit/format/http_get_last_trades.json')
    const trades = history.decodeTrades(body, BASE_SETTLED, NOW)
    const numbers = trades.map(({ sequence }) => Number(sequence))
    expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
    expect(trades[0]?.id).toBe('ETH-284830839')
  })

  test('of contracts that are settled in their base have dollars, exact, and what they are in the base', () => {
    const body = recordedAnswer('deribit/format/http_get_last_trades_perpetual_with_combo_tags.json')
    const [trade] = history.decodeTrades(body, INVERSE, NOW)
    expect(trade).toMatchObject({
      sequence: '133407041',
      price: '77315.5',
      quantity: '0.000258680342234093',
      quoteQuantity: '20',
      flags: ['combo']
    })
    expect(Object.keys(trade!).slice(-2)).toEqual(['quoteQuantity', 'flags'])
    const page = klines.decodePage(recordedAnswer('deribit/format/http_get_tradingview_chart_data.json'), INVERSE, '1m')
    expect(page.klines[0]).toMatchObject({ volume: null, quoteVolume: '257490', tradeCount: null })
    const [listed] = listing.instruments(recordedAnswer('deribit/format/http_get_instruments.json'))
    expect(listed).toMatchObject({ symbol: 'BTC/USD:BTC', lotSize: null, minSize: null, contractSize: '10' })
  })

  test('give candles, and the list of what there is', () => {
    const page = klines.decodePage(recordedAnswer('deribit/format/http_get_tradingview_chart_data.json'), BTC, '1m')
    expect([page.klines.length, page.odd.length]).toEqual([5, 0])
    const lists = recordedLines('deribit/ws_rest_first_half.jsonl.gz')
      .map(line => JSON.parse(line))
      .filter(({ t }) => t === 'http')
      .map(({ data }) => listing.decode(JSON.parse(data), [BTC, BASE_SETTLED]))
    expect(lists).toContainEqual(['active', null])
    expect(lists).toContainEqual([null, 'active'])
  })
})
