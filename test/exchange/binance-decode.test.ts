import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'

const NOW = epochMs(1_723_161_600_500)
const BTC = parseInstrument('binance:BTC/USDT')
const STREAM = 'btcusdt@trade'
const binance = createBinance('binance')
const byStream = new Map([[STREAM, BTC]])
const decode = (text: string) => binance.decode(text, byStream, NOW)[0]!

const TRADE = {
  e: 'trade',
  E: 1_723_161_600_101,
  s: 'BTCUSDT',
  t: 3_735_683_000,
  p: '61837.63000000',
  q: '0.00100000',
  T: 1_723_161_600_100,
  m: true,
  M: true
}
const frame = (data: unknown, stream = STREAM): string => JSON.stringify({ stream, data })
const tradeWith = (more: object): string => frame({ ...TRADE, ...more })
const tradeWithout = (name: string): string =>
  frame(Object.fromEntries(Object.entries(TRADE).filter(([key]) => key !== name)))

describe('a frame of a combined stream', () => {
  test('that carries a trade gives it in our words: the taker sold when the buyer was the maker', () => {
    expect(decode(frame(TRADE))).toEqual({
      kind: 'trade',
      time: 1_723_161_600_101,
      trade: {
        exchange: 'binance',
        symbol: 'BTC/USDT',
        id: '3735683000',
        price: '61837.63',
        quantity: '0.001',
        time: 1_723_161_600_100,
        receivedAt: NOW,
        side: 'sell',
        via: 'stream'
      }
    })
    expect(decode(tradeWith({ m: false }))).toMatchObject({ trade: { side: 'buy' } })
  })

  test('with times in microseconds gives milliseconds', () => {
    const micros = decode(tradeWith({ E: 1_723_161_600_101_999, T: 1_723_161_600_100_999 }))
    expect(micros).toMatchObject({ time: 1_723_161_600_101, trade: { time: 1_723_161_600_100 } })
  })

  test('belongs to the exchange id that the instrument names, so that a simulated one is told apart', () => {
    const sim = parseInstrument('sim:BTC/USDT')
    expect(createBinance('sim').decode(frame(TRADE), new Map([[STREAM, sim]]), NOW)[0]).toMatchObject({
      trade: { exchange: 'sim' }
    })
  })

  test.each([
    ['bare', JSON.stringify({ e: 'serverShutdown', E: 1_723_161_600_000 })],
    ['combined', frame({ e: 'serverShutdown', E: 1_723_161_600_000 }, '!serverShutdown')]
  ])('that announces the end of the connection is a shutdown, %s', (_, text) => {
    expect(decode(text)).toEqual({ kind: 'shutdown', time: 1_723_161_600_000 })
  })

  test.each([
    ['{"result":null,"id":1}', { kind: 'reply', id: 1, error: null }],
    ['{"result":["btcusdt@trade"],"id":"a"}', { kind: 'reply', id: 'a', error: null }],
    ['{"code":2,"msg":"Invalid request"}', { kind: 'reply', id: null, error: '2: Invalid request' }],
    ['{"error":{"code":3,"msg":"Invalid JSON"},"id":7}', { kind: 'reply', id: 7, error: '3: Invalid JSON' }]
  ])('that answers a control message is a reply: %s', (text, reply) => {
    expect(decode(text)).toEqual(reply)
  })
})

const polluted = `{"__proto__":{"stream":"${STREAM}","data":${JSON.stringify(TRADE)}},"data":{"__proto__":${JSON.stringify(TRADE)}}}`

const UNREADABLE: Readonly<Record<string, string>> = {
  truncated: frame(TRADE).slice(0, 90),
  'price NaN': tradeWith({ p: 'NaN' }),
  'price with an exponent': tradeWith({ p: '1e309' }),
  'price negative': tradeWith({ p: '-61837.63000000' }),
  'price an object': tradeWith({ p: { toString: 'x' } }),
  'price null': tradeWith({ p: null }),
  'price a number': tradeWith({ p: 61837.63 }),
  'price zero': tradeWith({ p: '0.00000000' }),
  'price empty': tradeWith({ p: '' }),
  'price missing': tradeWithout('p'),
  'quantity text': tradeWith({ q: 'a lot' }),
  'quantity negative': tradeWith({ q: '-1.00000000' }),
  'quantity missing': tradeWithout('q'),
  'id text': tradeWith({ t: `x${TRADE.t}` }),
  'id a number in quotes': tradeWith({ t: String(TRADE.t) }),
  'id with a fraction': tradeWith({ t: TRADE.t + 0.5 }),
  'id negative': tradeWith({ t: -1 }),
  'id beyond exact numbers': tradeWith({ t: 2 ** 53 }),
  'time text': tradeWith({ T: 'yesterday' }),
  'time missing': tradeWithout('T'),
  'time a fraction': tradeWith({ T: TRADE.T + 0.5 }),
  'time zero': tradeWith({ T: 0 }),
  'time more than a day ahead': tradeWith({ T: NOW + 86_400_001 }),
  'event time missing': tradeWithout('E'),
  'event time more than a day ahead': tradeWith({ E: NOW + 86_400_001 }),
  'side missing': tradeWithout('m'),
  'side a number': tradeWith({ m: 1 }),
  'symbol of another stream': tradeWith({ s: 'ETHUSDT' }),
  'stream that nobody subscribed': frame({ ...TRADE, s: 'ETHUSDT' }, 'ethusdt@trade'),
  'stream a number': JSON.stringify({ stream: 7, data: TRADE }),
  'data null': JSON.stringify({ stream: STREAM, data: null, n: 1 }),
  'data text': frame('trade 1'),
  'data an array': frame([TRADE]),
  'data missing': JSON.stringify({ stream: STREAM }),
  'unknown event': tradeWith({ e: 'tradeBust' }),
  'a trade outside of any stream': JSON.stringify(TRADE),
  'an array': JSON.stringify([1, 'trade', 2]),
  'a number': '17',
  null: 'null',
  text: 'trade? 17',
  empty: '',
  polluted,
  'constructor key': `{"stream":"${STREAM}","data":{"constructor":{"prototype":{"e":"trade","t":1}}}}`,
  'binary as text': Buffer.from([0, 255, 254, 7, 123, 125]).toString('utf8'),
  huge: frame({ e: 'trade', t: 1, note: 'x'.repeat(5 * 1024 * 1024) })
}

describe('a frame that is no market data is unreadable, with the reason', () => {
  test.each(Object.entries(UNREADABLE))('%s', (_, text) => {
    const decoded = decode(text)
    expect(decoded.kind).toBe('unreadable')
    expect(decoded).toMatchObject({ reason: expect.stringMatching(/^[a-z_-]+$/), detail: expect.stringMatching(/./) })
  })

  test('it names the stream where the frame does', () => {
    expect(decode(tradeWith({ p: 'NaN' }))).toMatchObject({ stream: STREAM })
    expect(decode('trade?')).toMatchObject({ stream: '' })
  })

  test('and leaves the prototype of objects alone', () => {
    decode(polluted)
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    expect('stream' in {}).toBe(false)
  })
})

const RECORDING = join(__dirname, '../../../shared/data/binance/spot_btcusdt_20240808.gz')
const recorded = existsSync(RECORDING) ? test : test.skip

recorded(
  'every recorded trade frame is decoded, and no other frame becomes a trade (skipped without the recording)',
  () => {
    const lines = gunzipSync(readFileSync(RECORDING)).toString().trim().split('\n')
    const frames = lines.map(line => decode(line.slice(line.indexOf(' ') + 1)))
    const trades = frames.flatMap(decoded => (decoded.kind === 'trade' ? [decoded.trade] : []))
    expect(trades).toHaveLength(9_757)
    const ids = trades.map(({ id }) => Number(id))
    expect(ids).toEqual(ids.map((_, i) => ids[0]! + i))
    expect(frames.filter(({ kind }) => kind === 'unreadable')).toHaveLength(lines.length - trades.length)
  }
)
