import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { tradeOf } from '../../src/lake/parquet/read-trade-file.ts'
import { parsePrice, parseSize } from '../../src/market/parse-decimal.ts'
import { fromEpoch, parseTime } from '../../src/market/parse-time.ts'
import { epochMs } from '../../src/market/time.ts'
import { barOf } from '../../src/research/bars/bars-from-postgres.ts'
import { parseCandleRow, type RowForm } from '../../src/research/bars/candle-row.ts'
import { numberForm } from '../../src/research/bars/columns/file-number.ts'
import { timeForm } from '../../src/research/bars/columns/file-time.ts'
import { findColumns } from '../../src/research/bars/columns/find-columns.ts'
import { rawTicks } from '../../src/topics.ts'

/** A cell, and what every reader makes of it: canonical text, or null where every reader refuses it. */
type Cell = readonly [cell: string, size: string | null]

const LONG = `${'1234567890'.repeat(4)}.${'0987654321'.repeat(3)}1`

const CELLS: readonly Cell[] = [
  ['61837.63', '61837.63'],
  ['61837.63000000', '61837.63'],
  ['000.500', '0.5'],
  ['1e-8', '0.00000001'],
  ['1.5E+3', '1500'],
  ['12.50e-1', '1.25'],
  [LONG, LONG],
  ['0', '0'],
  ['0.000', '0'],
  ['0e5', '0'],
  ['-1', null],
  ['-0', null],
  ['+1', null],
  ['1,234.5', null],
  ['1_000', null],
  ['1 000', null],
  ['.5', null],
  ['5.', null],
  ['0x10', null],
  ['1e309', null],
  ['1e-400', null],
  ['1e', null],
  ['1e99999', null],
  ['NaN', null],
  ['Infinity', null],
  ['null', null],
  ['', null],
  ['٣', null]
]

const TIME = 1_723_161_600_000
const { decode, history, klines } = createBinance('binance')
const BTC = { exchange: 'binance', symbol: 'BTC/USDT' }
const byStream = new Map([['btcusdt@trade', BTC]])
const NOW = epochMs(TIME + 1_000)

/** What a reader makes of a cell as a price and as a size; it throws, or gives null, for what it refuses. */
type Reader = {
  readonly name: string
  readonly price?: (cell: string) => number | string | null
  readonly size?: (cell: string) => number | string | null
}

const streamTrade = (p: string, q: string) => {
  const data = { e: 'trade', E: TIME, s: 'BTCUSDT', t: 1, p, q, T: TIME, m: false }
  const [frame] = decode(JSON.stringify({ stream: 'btcusdt@trade', data }), byStream, NOW)
  return frame?.kind === 'trade' ? frame.trade : null
}

const pastTrade = (price: string, qty: string) =>
  history.decodeTrades([{ id: 1, price, qty, time: TIME, isBuyerMaker: false }], BTC, NOW)[0]

const kline = (close: string, volume: string) => {
  const row = [TIME, '1', '1', '1', close, volume, TIME + 59_999, '1', 1, '1', '1']
  return klines.decodePage([row], BTC, '1m', epochMs(TIME + 120_000)).klines[0]
}

const found = findColumns('openTime,open,high,low,close,volume'.split(','), [[String(TIME)]], () => timeForm(true))
if ('wrong' in found) throw new Error(found.wrong)
/** Of a file whose first rows are plain; one that groups its thousands all through is another matter (docs/values.md). */
const FORM: RowForm = {
  table: { name: 'f.csv', counts: 'line' },
  places: found.places,
  time: timeForm(true),
  number: numberForm(['1.5'], ',')
}
const csvRow = (...cells: readonly string[]) => parseCandleRow(FORM, { at: 2, cells })
const csv = (price: string, volume: string) => csvRow(String(TIME), price, price, price, price, volume)

const lakeTrade = (price: string, quantity: string) =>
  tradeOf({
    exchange: 'binance',
    instrument: 'BTC/USDT',
    trade_id: '1',
    price_text: price,
    quantity_text: quantity,
    time: BigInt(TIME),
    received_at: BigInt(TIME),
    side: 'buy',
    via: 'stream'
  })

const PAIR = { a: 'binance:BTC/USDT', b: 'binance:ETH/USDT' }

const READERS: readonly Reader[] = [
  { name: 'the rule', price: parsePrice, size: parseSize },
  {
    name: 'a trade of the stream',
    price: cell => streamTrade(cell, '1')?.price ?? null,
    size: cell => streamTrade('1', cell)?.quantity ?? null
  },
  {
    name: 'a trade of the history',
    price: cell => pastTrade(cell, '1')?.price ?? null,
    size: cell => pastTrade('1', cell)?.quantity ?? null
  },
  { name: "a candle of the exchange's", size: cell => kline('1', cell)?.volume ?? null },
  { name: 'a file of candles', price: cell => csv(cell, '1').close, size: cell => csv('1', cell).volume },
  { name: 'a row of PostgreSQL', price: cell => barOf([TIME, '1', '1', '1', cell], PAIR).b.close },
  {
    name: 'a file of a lake',
    price: cell => lakeTrade(cell, '1').price,
    size: cell => lakeTrade('1', cell).quantity
  }
]

/** What a reader says of a cell; null where it refuses it. */
const said = (read: (cell: string) => number | string | null, cell: string): number | string | null => {
  try {
    return read(cell)
  } catch (error) {
    expect(error).toMatchObject({ code: 'TS-DATA' })
    return null
  }
}

/** A reader that computes has a number of what another has as text. */
const expectSaid = (found: number | string | null, wanted: string | null): void =>
  expect(found).toBe(typeof found === 'number' && wanted !== null ? Number(wanted) : wanted)

describe.each(READERS)('$name', ({ price, size }) => {
  test.each(CELLS)('takes or refuses "%s" as every reader does', (cell, wanted) => {
    if (size) expectSaid(said(size, cell), wanted)
    if (price) expectSaid(said(price, cell), wanted === '0' ? null : wanted)
  })
})

describe('a record of a topic', () => {
  const tick = (price: string, quantity: string): string => {
    const trade = { id: '1', price, quantity, time: TIME, receivedAt: TIME, side: 'buy', via: 'stream' }
    return JSON.stringify({ ...BTC, ...trade })
  }
  const read = (price: string, quantity: string) => {
    const found = rawTicks.codec.decode(Buffer.from(tick(price, quantity)))
    return 'price' in found ? found : null
  }

  test.each(CELLS)('takes "%s" in its canonical form alone', (cell, wanted) => {
    expect(said(text => read('1', text)?.quantity ?? null, cell)).toBe(wanted === cell ? cell : null)
    const price = wanted === cell && cell !== '0' ? cell : null
    expect(said(text => read(text, '1')?.price ?? null, cell)).toBe(price)
  })
})

describe('a time', () => {
  const NUMBERS: readonly (readonly [value: number, wanted: number | null])[] = [
    [TIME, TIME],
    [TIME * 1_000 + 789, TIME],
    [0, null],
    [-TIME, null],
    [TIME + 0.5, null]
  ]

  const tradeAt = (T: unknown) => {
    const data = { e: 'trade', E: TIME, s: 'BTCUSDT', t: 1, p: '1', q: '1', T, m: false }
    const [frame] = decode(JSON.stringify({ stream: 'btcusdt@trade', data }), byStream, NOW)
    return frame?.kind === 'trade' ? frame.trade.time : null
  }
  const candleAt = (time: string): number | null =>
    said(cell => csvRow(cell, '1', '1', '1', '1', '1').openTime, time) as number | null

  test.each(NUMBERS)('of %p is the same in a frame, in a file and by the rule', (value, wanted) => {
    expect([fromEpoch(value), parseTime(String(value)), candleAt(String(value)), tradeAt(value)]).toEqual(
      Array(4).fill(wanted)
    )
  })

  test.each([TIME / 1_000, TIME * 1_000_000])(
    'of %p, seconds or nanoseconds, is one in a file of candles alone',
    value => {
      expect([fromEpoch(value), parseTime(String(value)), tradeAt(value)]).toEqual([null, null, null])
      expect(candleAt(String(value))).toBe(TIME)
    }
  )

  test.each([TIME / 1_000, 0, TIME * 1_000_000])('of %p is none in a file of a lake', value => {
    const row = { exchange: 'x', instrument: 'A/B', trade_id: '1', price_text: '1', quantity_text: '1', side: 'buy' }
    expect(() => tradeOf({ ...row, via: 'stream', time: value, received_at: TIME })).toThrow(/^time: .* is no time/)
  })

  test.each([
    ['2024-08-09T00:00:00Z', TIME],
    ['2024-08-09 02:00:00+02', TIME],
    ['2024-08-09T00:00:00', TIME],
    ['2024-08-09', TIME],
    ['2024-08-09T00:00:00 Europe/Berlin', null],
    ['2024-02-31T00:00:00Z', null],
    ['', null],
    ['0001723161600000', null]
  ])('written as "%s" is the same in a file and by the rule', (text, wanted) => {
    expect([parseTime(text), candleAt(text)]).toEqual([wanted, wanted])
  })
})

test('a wrong cell is told with file, line, column, what stands there, and what is allowed', () => {
  expect(() => csv('-1', '1')).toThrow('f.csv line 2: open "-1" is not a number above 0, written as 61837.63')
  expect(() => csv('1', '-1')).toThrow('f.csv line 2: volume "-1" is not a number of at least 0, written as 0.00123')
  expect(() => barOf([TIME, '1', 'NaN', '1', '1'], PAIR)).toThrow(
    'candles: close "NaN" of the candle of binance:BTC/USDT of 2024-08-09T00:00:00.000Z is not a price above 0'
  )
})
