import { describe, expect, test } from '@jest/globals'
import { kraken } from '../../src/exchange/kraken/kraken.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer } from '../ingest/fake-exchange.ts'
import { describeRecorded, recordedAnswer, stepsOf } from '../support/recorded-venues.ts'

const NOW = epochMs(1_762_808_700_000)
const BTC = parseInstrument('kraken:BTC/USDT')
const { history, rest, listing, refusals } = kraken
const ROW = ['105433.60000', '0.00027625', 1_762_795_433.9717445, 'b', 'l', '', 10_218_208] as const
const page = (rows: readonly unknown[], last = '1762795433971744512') => ({
  error: [],
  result: { XBTUSDT: rows, last }
})
const at = (seconds: number, id: number) => [...ROW.slice(0, 2), seconds, ...ROW.slice(3, 6), id]

describe('the history of trades', () => {
  test('is asked by time, in nanoseconds and under names of its own', () => {
    const path = (symbol: string, notBefore: number | null) =>
      history.trades(
        parseInstrument(`kraken:${symbol}`),
        { id: '5', notBefore: notBefore === null ? null : epochMs(notBefore) },
        1000
      ).path
    expect(path('BTC/USDT', 1_762_795_433_971)).toBe(
      '/0/public/Trades?pair=XBTUSDT&count=1000&since=1762795433970999000'
    )
    expect(path('ETH/BTC', null)).toBe('/0/public/Trades?pair=ETHXBT&count=1000&since=0')
    expect(path('DOGE/EUR', 0)).toBe('/0/public/Trades?pair=XDGEUR&count=1000&since=0')
    expect(path('AAPLx/USD', 0)).toMatch(/pair=AAPLxUSD.*&asset_class=tokenized_asset$/)
    expect(history.trades(BTC, null, 10)).toEqual({ path: '/0/public/Trades?pair=XBTUSDT&count=10', cost: 1 })
  })

  test('gives trades in the order of their ids, marked as history', () => {
    const trades = history.decodeTrades(page([at(1_762_795_434.5, 10_218_209), ROW]), BTC, NOW)
    expect(trades.map(({ id }) => id)).toEqual(['10218208', '10218209'])
    expect(trades[0]).toEqual({
      exchange: 'kraken',
      symbol: 'BTC/USDT',
      id: '10218208',
      price: '105433.6',
      quantity: '0.00027625',
      time: 1_762_795_433_971,
      receivedAt: NOW,
      side: 'buy',
      via: 'history'
    })
  })

  test.each([
    [1_762_795_433.983, 1_762_795_433_983],
    [1_762_795_433.9839, 1_762_795_433_983],
    [1_762_795_434, 1_762_795_434_000],
    [1_762_795_433.001, 1_762_795_433_001]
  ])('has its times in seconds: %d is %d', (seconds, ms) => {
    expect(history.decodeTrades(page([at(seconds, 1)]), BTC, NOW)[0]!.time).toBe(ms)
  })

  test('goes on behind the last trade, with its moment once more: others of it may follow', () => {
    const full = [at(1_762_795_433, 1), at(1_762_795_434, 2)]
    expect(history.next(page(full, '1762795434000000000'), BTC, 2)!.path).toContain('since=1762795433999999000')
    const oneMoment = [at(1_762_795_434, 1), at(1_762_795_434, 2)]
    expect(history.next(page(oneMoment, '1762795434000000000'), BTC, 2)!.path).toContain('since=1762795434000000000')
    expect(history.next(page(full), BTC, 1000)).toBeNull()
    expect(history.next(page([]), BTC, 1000)).toBeNull()
  })

  test('finds the first trade from a time on', () => {
    expect(history.firstFrom.request(BTC, epochMs(1_762_795_380_000)).path).toBe(
      '/0/public/Trades?pair=XBTUSDT&count=1&since=1762795379999999000'
    )
    expect(history.firstFrom.decode(page([ROW]))).toBe(10_218_208)
    expect(history.firstFrom.decode(page([]))).toBeNull()
  })

  test.each([
    ['a refusal', { error: ['EService:Unavailable'] }],
    ['a refusal beside a result', { ...page([ROW]), error: ['EGeneral:Internal error'] }],
    ['text', '<html>'],
    ['no list', { error: [], result: { XBTUSDT: {}, last: '1' } }],
    ['two pairs', { error: [], result: { XBTUSDT: [ROW], XBTUSD: [ROW], last: '1' } }],
    ['a row that is none', page([null])],
    ['a row with a bad price', page([['NaN', ...ROW.slice(1)]])],
    ['a row without an id', page([ROW.slice(0, 6)])],
    ['a row of no side', page([[...ROW.slice(0, 3), 'x', ...ROW.slice(4)]])],
    ['a row of a time that is text', page([[...ROW.slice(0, 2), '1762795433', ...ROW.slice(3)]])]
  ])('is no list of trades: %s', (_, body) => {
    expect(() => history.decodeTrades(body, BTC, NOW)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })

  test('does not go on from what is no time', () => {
    const full = [at(1_762_795_433, 1), at(1_762_795_434, 2)]
    expect(() => history.next(page(full, 'soon'), BTC, 2)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('a refusal', () => {
  const refusedFor = (error: string, status = 200) => rest.refusal(answer(status, { error: [error] }))

  test.each([
    ['EGeneral:Too many requests', { kind: 'rate-limited', waitMs: 3_000 }],
    ['EAPI:Rate limit exceeded', { kind: 'rate-limited', waitMs: 3_000 }],
    ['EService:Throttled: 1762795433', { kind: 'rate-limited', waitMs: 3_000 }],
    ['EQuery:Unknown asset pair', { kind: 'unknown-symbol' }],
    ['EGeneral:Invalid arguments', { kind: 'bad-request' }],
    ['EGeneral:Unknown method', { kind: 'bad-request' }],
    ['EService:Unavailable', null],
    ['EGeneral:Internal error', null]
  ])('comes with status 200: %s', (error, refusal) => {
    expect(refusedFor(error)).toEqual(refusal)
  })

  test('may come by status, from what stands before the exchange', () => {
    expect(rest.refusal(answer(429, 'slow down', { 'retry-after': '7' }))).toEqual({
      kind: 'rate-limited',
      waitMs: 7_000
    })
    for (const status of [403, 451]) expect(rest.refusal(answer(status, ''))).toEqual({ kind: 'blocked' })
    expect(refusals.get(451)).toContain('legal reasons')
  })

  test('is none where there is a result', () => {
    expect(rest.refusal(answer(200, page([])))).toBeNull()
    expect(rest.refusal(answer(200, 'busy'))).toBeNull()
  })
})

test('the time is what its clock says, or not told', () => {
  const { decode } = rest.serverTime
  expect(decode(answer(200, { error: [], result: { unixtime: 1_762_795_380 } }))).toBe(1_762_795_380_000)
  expect(decode(answer(200, { error: ['EService:Busy'] }))).toBeNull()
})

describe('the list of pairs', () => {
  const of = (...symbols: readonly string[]) => symbols.map(symbol => parseInstrument(`kraken:${symbol}`))
  const pair = (wsname: string, status: string, aclass_base = 'currency') => ({ wsname, status, aclass_base })

  test('is asked for these, for all, or for tokenized assets alone', () => {
    expect(listing.request(of('BTC/USD', 'ETH/EUR')).path).toBe('/0/public/AssetPairs?pair=XBTUSD,ETHEUR')
    expect(listing.request(null).path).toBe('/0/public/AssetPairs')
    expect(listing.request(of('AAPLx/USD')).path).toBe('/0/public/AssetPairs?aclass_base=tokenized_asset')
    expect(listing.request(of('AAPLx/USD', 'BTC/USD')).path).toBe('/0/public/AssetPairs?pair=XBTUSD')
  })

  test('says the state of each by its own name', () => {
    const body = { error: [], result: { XXBTZUSD: pair('XBT/USD', 'online'), XDGUSD: pair('XDG/USD', 'cancel_only') } }
    expect(listing.decode(body, of('BTC/USD', 'DOGE/USD', 'SOL/USD'))).toEqual(['online', 'cancel_only', null])
  })

  test('says nothing of tokenized assets where it holds none', () => {
    const body = { error: [], result: { XXBTZUSD: pair('XBT/USD', 'online') } }
    expect(listing.decode(body, of('AAPLx/USD'))).toEqual([undefined])
    const own = { error: [], result: { AAPLxUSD: pair('AAPLx/USD', 'online', 'tokenized_asset') } }
    expect(listing.decode(own, of('AAPLx/USD', 'TSLAx/USD'))).toEqual(['online', null])
  })

  test('is no list: a refusal', () => {
    expect(() => listing.decode({ error: ['EService:Busy'] }, of('BTC/USD'))).toThrow(
      expect.objectContaining({ code: 'TS-DATA' })
    )
  })
})

describeRecorded('the recorded answers (left out where they are not at hand)', () => {
  test('hold 500 trades under consecutive ids', () => {
    const body = recordedAnswer('kraken/rest_trades_xbtusdt_20251110_first500.json')
    const trades = history.decodeTrades(body, BTC, NOW)
    expect(trades).toHaveLength(500)
    expect(new Set(stepsOf(trades))).toEqual(new Set([1]))
    expect(history.next(body, BTC, 500)!.path).toContain('since=1762808697379456280')
  })

  test('hold the pairs', () => {
    const body = recordedAnswer('kraken/rest_assetpairs_20260707.json')
    const symbols = ['BTC/USD', 'ETH/USD', 'SOL/USD', 'DOGE/USD', 'AAPLx/USD']
    const states = listing.decode(
      body,
      symbols.map(symbol => parseInstrument(`kraken:${symbol}`))
    )
    expect(states).toEqual(['online', 'online', 'online', 'online', undefined])
    const tokenized = recordedAnswer('kraken/format/http_asset_pairs_tokenized.json')
    expect(listing.decode(tokenized, [parseInstrument('kraken:AAPLx/USD')])).toEqual(['online'])
  })
})
