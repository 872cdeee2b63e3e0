import { describe, expect, test } from '@jest/globals'
import { bybit } from '../../src/exchange/bybit/bybit.ts'
import { addTrade, DecimalSum } from '../../src/market/decimal.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { brokenFields, foreignTexts } from '../support/broken-frames.ts'
import { describeRecorded, recordedLines, tradesIn } from '../support/recorded-venues.ts'

const NOW = epochMs(1_786_310_900_000)
const BTC = parseInstrument('bybit:BTC/USDT:USDT')
const SPOT = parseInstrument('bybit:BTC/USDT')
const { decode, tradeStream, klines, route, socketPath, subscribe } = bybit
const streams = (of: typeof BTC) => new Map([tradeStream(of), klines.stream(of)].map(stream => [stream, of]))
const read = (message: unknown, byStream = streams(BTC)) => decode(JSON.stringify(message), byStream, NOW)

// Recorded on 2026-08-09.
const TRADE = {
  T: 1_786_310_819_680,
  s: 'BTCUSDT',
  S: 'Sell',
  v: '0.004',
  p: '65114.20',
  L: 'MinusTick',
  i: 'a9188a0a-82bc-50de-be60-03eedbe3cdd7',
  BT: false,
  RPI: false,
  seq: 753_843_954_913
}
const TRADES = { topic: 'publicTrade.BTCUSDT', type: 'snapshot', ts: 1_786_310_819_681, data: [TRADE] }
const CLOSED = {
  start: 1_786_310_760_000,
  end: 1_786_310_819_999,
  interval: '1',
  open: '77.28',
  close: '77.31',
  high: '77.31',
  low: '77.28',
  volume: '1252.7',
  turnover: '96823.3',
  confirm: true,
  timestamp: 1_786_310_821_005
}
const FORMING = {
  ...CLOSED,
  start: 1_786_310_820_000,
  end: 1_786_310_879_999,
  volume: '0',
  turnover: '0',
  confirm: false
}
const KLINES = { topic: 'kline.1.BTCUSDT', data: [CLOSED, FORMING], ts: 1_786_310_821_005, type: 'snapshot' }

describe('the sockets of Bybit', () => {
  test('are those of a category, in which a topic names an instrument', () => {
    expect([tradeStream(BTC), tradeStream(SPOT)].map(route)).toEqual(['linear', 'spot'])
    expect([socketPath([], 'linear'), socketPath([], 'spot')]).toEqual(['/v5/public/linear', '/v5/public/spot'])
    const [message = ''] = subscribe([tradeStream(BTC), klines.stream(BTC)], 7)
    expect(JSON.parse(message)).toEqual({
      op: 'subscribe',
      args: ['publicTrade.BTCUSDT', 'kline.1.BTCUSDT'],
      req_id: '7'
    })
  })

  test.each([
    ['BTC/USDC:USDC', 'linear publicTrade.BTCPERP'],
    ['BTC/USDC', 'spot publicTrade.BTCUSDC'],
    ['AAPLX/USDT', 'spot publicTrade.AAPLXUSDT'],
    // What this adapter does not follow gets a name that nothing has.
    ['BTC/USD:BTC', 'linear publicTrade.BTC-USD:BTC'],
    ['BTC/USDT:USDT-261225', 'linear publicTrade.BTC-USDT:USDT-261225']
  ])('name %s as %s', (symbol, stream) => {
    expect(tradeStream(parseInstrument(`bybit:${symbol}`))).toBe(stream)
  })

  test.each([
    [
      { success: true, ret_msg: '', conn_id: 'x', req_id: '7', op: 'subscribe' },
      { id: '7', error: null }
    ],
    [
      { success: true, ret_msg: 'subscribe', conn_id: 'x', req_id: '', op: 'subscribe' },
      { id: null, error: null }
    ],
    [
      { success: false, ret_msg: 'error:handler not found,topic:x', conn_id: 'x', req_id: '7', op: 'subscribe' },
      { id: '7', error: 'error:handler not found,topic:x' }
    ],
    [
      { success: false, ret_msg: 'error:Unmarshal error' },
      { id: null, error: 'error:Unmarshal error' }
    ]
  ])('answer a request: %j', (message, reply) => {
    expect(read(message)).toEqual([{ kind: 'reply', ...reply }])
  })

  test.each([
    { success: true, ret_msg: 'pong', conn_id: 'x', req_id: '', op: 'ping' },
    { req_id: '1', op: 'pong', args: ['1675418560633'], conn_id: 'x' }
  ])('answer a ping: %j', message => {
    expect(read(message)).toEqual([{ kind: 'alive' }])
  })
})

describe('trades', () => {
  test('come several in a message, each with the side of its taker', () => {
    const events = read({ ...TRADES, data: [TRADE, { ...TRADE, i: 'b', S: 'Buy' }] })
    expect(events.map(event => event.kind === 'trade' && event.trade.side)).toEqual(['sell', 'buy'])
    expect(events[0]).toEqual({
      kind: 'trade',
      time: 1_786_310_819_681,
      trade: {
        exchange: 'bybit',
        symbol: 'BTC/USDT:USDT',
        id: 'a9188a0a-82bc-50de-be60-03eedbe3cdd7',
        price: '65114.2',
        quantity: '0.004',
        time: 1_786_310_819_680,
        receivedAt: NOW,
        side: 'sell',
        via: 'stream'
      }
    })
  })

  test('of spot have ids of more digits than a number holds', () => {
    const ids = ['2280000001739247418', '2280000001739247419']
    const events = read({ ...TRADES, data: ids.map(i => ({ ...TRADE, i })) }, streams(SPOT))
    expect(tradesIn(events).map(({ id, symbol }) => [id, symbol])).toEqual(ids.map(id => [id, 'BTC/USDT']))
  })

  test.each([
    [{ BT: true }, ['block']],
    [{ RPI: true }, ['rpi']],
    [{ BT: true, RPI: true }, ['block', 'rpi']],
    [{ RPI: undefined }, undefined]
  ])('marked %j have the flags %j', (marks, flags) => {
    expect(tradesIn(read({ ...TRADES, data: [{ ...TRADE, ...marks }] }))[0]?.flags).toEqual(flags)
  })

  test('that cannot be read leave the others of their message alone', () => {
    const events = read({ ...TRADES, data: [{ ...TRADE, p: 'NaN' }, TRADE, null] })
    expect(events.map(({ kind }) => kind)).toEqual(['unreadable', 'trade', 'unreadable'])
    expect(events[0]).toMatchObject({
      reason: 'undecodable',
      stream: tradeStream(BTC),
      detail: expect.stringMatching(/^p: /)
    })
  })

  test.each(brokenFields(TRADES, [...['T', 's', 'S', 'v', 'p', 'BT'].map(name => `data.0.${name}`), 'data.0', 'ts']))(
    'with %s are unreadable',
    (_, text) => {
      expect(decode(text, streams(BTC), NOW)).toMatchObject([{ kind: 'unreadable', stream: tradeStream(BTC) }])
    }
  )

  test.each([undefined, null, '', 7, {}, 'no id', 'x'.repeat(101)])('whose id is %j are unreadable', i => {
    expect(read({ ...TRADES, data: [{ ...TRADE, i }] })).toMatchObject([
      { kind: 'unreadable', detail: expect.stringMatching(/^i: /) }
    ])
  })
})

describe('candles', () => {
  test('come two in a message at the turn of a minute: the closed one, and the one that forms', () => {
    const [closed, forming, ...more] = read(KLINES)
    expect(more).toEqual([])
    expect(closed).toEqual({
      kind: 'kline',
      time: 1_786_310_821_005,
      closed: true,
      kline: {
        exchange: 'bybit',
        symbol: 'BTC/USDT:USDT',
        interval: '1m',
        openTime: 1_786_310_760_000,
        closeTime: 1_786_310_820_000,
        open: '77.28',
        high: '77.31',
        low: '77.28',
        close: '77.31',
        volume: '1252.7',
        quoteVolume: '96823.3',
        tradeCount: null,
        takerBuyVolume: null,
        takerBuyQuoteVolume: null
      }
    })
    expect(forming).toMatchObject({ closed: false, kline: { openTime: 1_786_310_820_000, volume: '0' } })
  })

  test.each(
    brokenFields(
      { ...KLINES, data: [CLOSED] },
      ['start', 'end', 'interval', 'open', 'close', 'high', 'low', 'volume', 'turnover', 'confirm'].map(
        name => `data.0.${name}`
      )
    )
  )('with %s are unreadable', (_, text) => {
    expect(decode(text, streams(BTC), NOW)).toMatchObject([{ kind: 'unreadable', stream: klines.stream(BTC) }])
  })
})

describe('anything else is unreadable', () => {
  test.each(Object.entries(foreignTexts(JSON.stringify(TRADES))))('%s', (_, text) => {
    expect(decode(text, streams(BTC), NOW)).toMatchObject([{ kind: 'unreadable', detail: expect.stringMatching(/./) }])
  })

  test.each([
    [{ ...TRADES, topic: 'publicTrade.ETHUSDT' }, 'unknown_stream'],
    [{ ...TRADES, topic: 7 }, 'undecodable'],
    [{ ...TRADES, data: {} }, 'undecodable'],
    [{ ...TRADES, data: undefined }, 'undecodable']
  ])('%j', (message, reason) => {
    expect(read(message)).toMatchObject([{ kind: 'unreadable', reason }])
  })
})

describeRecorded('recorded messages', () => {
  const SYMBOLS = ['BTC', 'ETH', 'SOL', 'DOGE'].map(base => parseInstrument(`bybit:${base}/USDT:USDT`))
  const byStream = new Map(SYMBOLS.flatMap(of => [...streams(of)]))
  const events = () =>
    recordedLines('bybit/ws_rest_20260809_first_half.jsonl.gz')
      .map(line => JSON.parse(line))
      .filter(({ t, data }) => t === 'recv' && /"topic":"(?:publicTrade|kline)|"op":/.test(data))
      .flatMap(({ data }) => decode(data, byStream, NOW))

  test('decode whole, with every trade and candle of them', () => {
    const kinds = Map.groupBy(events(), ({ kind }) => kind)
    expect([...kinds].map(([kind, all]) => [kind, all.length])).toEqual([
      ['reply', 17],
      ['kline', 48],
      ['trade', 162]
    ])
    const ids = tradesIn(events()).map(({ id }) => id)
    expect(new Set(ids).size).toBe(162)
  })

  test('hold in the candles that form what the first trades of their minute add up to', () => {
    const trades = Map.groupBy(tradesIn(events()), ({ symbol }) => symbol)
    const totals = (symbol: string, from: number): ReadonlySet<string> => {
      const sums = {
        volume: new DecimalSum(),
        quoteVolume: new DecimalSum(),
        takerVolume: new DecimalSum(),
        takerQuote: new DecimalSum()
      }
      const inside = (trades.get(symbol) ?? []).filter(({ time }) => time >= from)
      const after = inside.map(({ price, quantity }) => {
        addTrade(sums, price, quantity, false)
        return `${sums.volume} ${sums.quoteVolume}`
      })
      return new Set(['0 0', ...after])
    }
    const klines = events().flatMap(event => (event.kind === 'kline' ? [event.kline] : []))
    // The recording begins within the minute before.
    const whole = klines.filter(({ openTime }) => openTime === 1_786_310_820_000)
    expect(whole).toHaveLength(38)
    const odd = whole.filter(
      ({ symbol, openTime, volume, quoteVolume }) => !totals(symbol, openTime).has(`${volume} ${quoteVolume}`)
    )
    expect(odd).toEqual([])
  })
})
