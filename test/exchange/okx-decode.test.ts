import { describe, expect, test } from '@jest/globals'
import { okx } from '../../src/exchange/okx/okx.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { brokenFields, foreignTexts } from '../support/broken-frames.ts'
import { describeRecorded, recordedLines, stepsOf, tradesIn } from '../support/recorded-venues.ts'

const NOW = epochMs(1_652_459_300_000)
const BTC = parseInstrument('okx:BTC/USDT')
const { decode, tradeStream, klines, subscribe, socketPath, keepAlive } = okx
const TRADES = tradeStream(BTC)
const CANDLES = klines.stream(BTC)
const byStream = new Map([TRADES, CANDLES].map(stream => [stream, BTC]))
const read = (message: unknown) => decode(JSON.stringify(message), byStream, NOW)

// The example of the documentation, at the time of these tests.
const TRADE = {
  instId: 'BTC-USDT',
  tradeId: '130639474',
  px: '42219.9',
  sz: '0.12060306',
  side: 'buy',
  source: '0',
  ts: '1652459223897'
}
const PUSH = { arg: { channel: 'trades-all', instId: 'BTC-USDT' }, data: [TRADE] }
const OPEN = 1_652_459_220_000
const ROW = [String(OPEN), '42500', '48199.9', '41006.1', '41006.2', '3587.41204591', '1.5', '166741046.22', '0']
const CANDLE = { arg: { channel: 'candle1m', instId: 'BTC-USDT' }, data: [ROW] }

describe('the socket of OKX', () => {
  test('is that of single fills, and takes channels with instruments', () => {
    expect(socketPath()).toBe('/ws/v5/business')
    const [message = ''] = subscribe([TRADES, CANDLES], 7)
    expect(JSON.parse(message)).toEqual({
      id: '7',
      op: 'subscribe',
      args: [
        { channel: 'trades-all', instId: 'BTC-USDT' },
        { channel: 'candle1m', instId: 'BTC-USDT' }
      ]
    })
  })

  test.each([
    ['BTC/USDT:USDT', 'BTC-USDT-SWAP'],
    ['BTC/USD:BTC', 'BTC-USD-SWAP'],
    ['BTC/USD:BTC-261225', 'BTC-USD-261225'],
    // Names do not tell a third currency: it gets a name that nothing has.
    ['BTC/USD:USDC', 'BTC-USD:USDC']
  ])('names %s as %s', (symbol, name) => {
    expect(tradeStream(parseInstrument(`okx:${symbol}`))).toBe(`trades-all ${name}`)
  })

  test.each([
    [
      { id: '7', event: 'subscribe', arg: PUSH.arg, connId: 'a4d3ae55' },
      { kind: 'reply', id: '7', error: null, streams: ['trades-all BTC-USDT'] }
    ],
    [
      { id: '7', event: 'error', code: '60012', msg: 'Invalid request', connId: 'a4d3ae55' },
      { kind: 'reply', id: '7', error: '60012: Invalid request' }
    ],
    [{ event: 'notice', code: '64008', msg: 'The connection will soon be closed' }, { kind: 'shutdown' }],
    [{ event: 'notice', code: '1', msg: 'something else' }, { kind: 'alive' }]
  ])('tells by %j', (message, event) => {
    expect(read(message)).toEqual([event])
  })

  test('is kept by a text that is no JSON, and answers so', () => {
    expect(keepAlive.message).toBe('ping')
    expect(decode('pong', byStream, NOW)).toEqual([{ kind: 'alive' }])
  })
})

describe('a trade', () => {
  test('is one fill, with the side of its taker', () => {
    expect(read(PUSH)).toEqual([
      {
        kind: 'trade',
        time: 1_652_459_223_897,
        trade: {
          exchange: 'okx',
          symbol: 'BTC/USDT',
          id: '130639474',
          price: '42219.9',
          quantity: '0.12060306',
          time: 1_652_459_223_897,
          receivedAt: NOW,
          side: 'buy',
          via: 'stream'
        }
      }
    ])
  })

  test.each([
    ['0', undefined],
    ['1', ['rpi']],
    [undefined, undefined]
  ])('of the source %j has the flags %j', (source, flags) => {
    expect(tradesIn(read({ ...PUSH, data: [{ ...TRADE, source }] }))[0]?.flags).toEqual(flags)
  })

  test.each(
    brokenFields(PUSH, [...['instId', 'tradeId', 'px', 'sz', 'side', 'ts'].map(name => `data.0.${name}`), 'data.0'])
  )('with %s is unreadable', (_, text) => {
    expect(decode(text, byStream, NOW)).toMatchObject([{ kind: 'unreadable', reason: 'undecodable', stream: TRADES }])
  })

  test.each(['007', '1.5', '99999999999999999', 130639474])('whose id is %j is unreadable', tradeId => {
    expect(read({ ...PUSH, data: [{ ...TRADE, tradeId }] })).toMatchObject([{ kind: 'unreadable' }])
  })
})

describe('a contract', () => {
  const contract = (symbol: string, contractSize?: string) => {
    const instrument = { ...parseInstrument(`okx:${symbol}`), ...(contractSize && { contractSize }) }
    const streams = new Map([tradeStream, klines.stream].map(streamOf => [streamOf(instrument), instrument]))
    return (message: unknown) => decode(JSON.stringify(message), streams, NOW)
  }
  const push = (channel: string, instId: string, row: unknown) => ({ arg: { channel, instId }, data: [row] })
  const trade = (instId: string) => push('trades-all', instId, { ...TRADE, instId, sz: '3' })

  test('that is linear holds an amount of the base currency', () => {
    expect(tradesIn(contract('BTC/USDT:USDT', '0.01')(trade('BTC-USDT-SWAP')))).toMatchObject([
      { quantity: '0.03', contracts: '3', price: '42219.9' }
    ])
  })

  test('that is inverse holds an amount of the quote currency', () => {
    expect(tradesIn(contract('BTC/USD:BTC', '100')(trade('BTC-USD-SWAP')))).toMatchObject([
      { quantity: '0.007105653968863024', contracts: '3', quoteQuantity: '300' }
    ])
  })

  test('tells nothing while nobody has said what one holds', () => {
    expect(contract('BTC/USDT:USDT')(trade('BTC-USDT-SWAP'))).toMatchObject([
      { kind: 'unreadable', detail: expect.stringContaining('contractSize') }
    ])
    expect([okx.countsContracts(BTC), okx.countsContracts(parseInstrument('okx:BTC/USDT:USDT'))]).toEqual([false, true])
  })

  test('has candles whose volume is the number of contracts', () => {
    const candle = (instId: string) => push('candle1m', instId, ROW.with(5, '250').with(6, '2.5').with(7, '105000'))
    expect(contract('BTC/USDT:USDT', '0.01')(candle('BTC-USDT-SWAP'))).toMatchObject([
      { kline: { volume: '2.5', quoteVolume: '105000' } }
    ])
    expect(contract('BTC/USD:BTC', '100')(candle('BTC-USD-SWAP'))).toMatchObject([
      { kline: { volume: null, quoteVolume: '25000' } }
    ])
  })
})

describe('a candle', () => {
  test('tells prices and volumes alone, and a time that has surely come', () => {
    const kline = {
      exchange: 'okx',
      symbol: 'BTC/USDT',
      interval: '1m',
      openTime: OPEN,
      closeTime: OPEN + 60_000,
      open: '42500',
      high: '48199.9',
      low: '41006.1',
      close: '41006.2',
      volume: '3587.41204591',
      quoteVolume: '166741046.22',
      tradeCount: null,
      takerBuyVolume: null,
      takerBuyQuoteVolume: null
    }
    expect(read(CANDLE)).toEqual([{ kind: 'kline', kline, closed: false, time: OPEN }])
    expect(read({ ...CANDLE, data: [ROW.with(8, '1')] })).toEqual([
      { kind: 'kline', kline, closed: true, time: OPEN + 60_000 }
    ])
  })

  test.each(
    brokenFields(
      CANDLE,
      [0, 1, 2, 3, 4, 5, 7, 8].map(at => `data.0.${at}`)
    )
  )('with %s is unreadable', (_, text) => {
    expect(decode(text, byStream, NOW)).toMatchObject([{ kind: 'unreadable', stream: CANDLES }])
  })
})

describe('anything else is unreadable', () => {
  test.each(Object.entries(foreignTexts(JSON.stringify(PUSH))))('%s', (_, text) => {
    expect(decode(text, byStream, NOW)).toMatchObject([{ kind: 'unreadable', detail: expect.stringMatching(/./) }])
  })

  test.each([
    [{ ...PUSH, arg: { channel: 'trades-all', instId: 'ETH-USDT' } }, 'unknown_stream'],
    [{ ...PUSH, arg: null }, 'unknown_stream'],
    [{ ...PUSH, data: {} }, 'undecodable'],
    [{ event: 'login' }, 'undecodable']
  ])('%j', (message, reason) => {
    expect(read(message)).toMatchObject([{ kind: 'unreadable', reason }])
  })
})

describeRecorded('recorded trades', () => {
  test('of inverse contracts are read by what the recorded list says that one holds', () => {
    const lines = recordedLines('okx/ws_rest_20220513_first_half.jsonl.gz').map(line => JSON.parse(line))
    const list = lines.find(({ t, url }) => t === 'http' && url.endsWith('instType=FUTURES'))
    const listed = okx.listing.instruments(JSON.parse(list.data)).find(({ native }) => native === 'BTC-USD-220527')!
    expect(listed).toMatchObject({ symbol: 'BTC/USD:BTC-220527', type: 'future', contractSize: '100', lotSize: null })
    const instrument = { exchange: 'okx', symbol: listed.symbol, contractSize: listed.contractSize! }
    const streams = new Map([[tradeStream(instrument), instrument]])
    const trades = lines
      .filter(({ t, data }) => t === 'recv' && data.includes('"data":[{"instId":"BTC-USD-220527","tradeId"'))
      .flatMap(({ data }) => tradesIn(decode(data.replace('"trades"', '"trades-all"'), streams, NOW)))
    expect(trades[0]).toMatchObject({ contracts: '1', quoteQuantity: '100', quantity: '0.003309198247448608' })
    expect(stepsOf(trades).filter(step => step !== 1)).toEqual([])
  })

  test('decode whole, and have consecutive ids', () => {
    // Recorded of the merged channel, in a time when every fill of it was one.
    const events = recordedLines('okx/ws_rest_20220513_first_half.jsonl.gz')
      .map(line => JSON.parse(line))
      .filter(({ t, data }) => t === 'recv' && data.startsWith('{"arg":{"channel":"trades","instId":"BTC-USDT"}'))
      .flatMap(({ data }) => decode(data.replace('"trades"', '"trades-all"'), byStream, NOW))
    const trades = tradesIn(events)
    expect([events.length, trades.length]).toEqual([33, 33])
    expect(new Set(stepsOf(trades))).toEqual(new Set([1]))
    expect(stepsOf(trades.toSpliced(5, 1)).filter(step => step !== 1)).toEqual([2])
  })
})
