import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { analyzeComposite } from '../../../src/analyze/analyze-composite.ts'
import { pairLegs } from '../../../src/analyze/pair-legs.ts'
import { compositeLegs } from '../../../src/topics.ts'
import { processorContract } from '../../contract/processor-contract.ts'
import { candleAt } from '../../support/candles.ts'
import { drive } from '../../support/drive.ts'
import { brief, compositesOf, lastOf, MINUTE, START, venueCandle } from './venues.ts'

const DAY = 1_440

const range = <T>(from: number, to: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: to - from + 1 }, (_, n) => make(from + n))

describe('the composite of a window', () => {
  test('is the volume-weighted price of its venues, and says who they were', () => {
    const kraken = venueCandle('kraken', 0, { close: '101', volume: '3', quoteVolume: '303' })
    const coinbase = venueCandle('coinbaseexchange', 0, { close: '99', volume: '1', quoteVolume: '99', revision: 0 })
    const [one] = compositesOf([kraken, { ...coinbase, status: 'backfilled' }])
    expect(one).toEqual({
      symbol: 'BTC/USD',
      base: 'BTC',
      quote: 'USD',
      type: 'spot',
      simulated: false,
      interval: '1m',
      openTime: START,
      closeTime: START + MINUTE,
      price: 100.5,
      volume: '4',
      quoteVolume: '402',
      dispersionBps: (2 / 100.5) * 10_000,
      status: 'backfilled',
      venues: [
        {
          exchange: 'coinbaseexchange',
          close: '99',
          volume: '1',
          quoteVolume: '99',
          vwap: 99,
          weight: 0.25,
          deviationBps: (-1.5 / 100.5) * 10_000,
          lead: null,
          leadCorrelation: null,
          status: 'backfilled',
          revision: 0
        },
        {
          exchange: 'kraken',
          close: '101',
          volume: '3',
          quoteVolume: '303',
          vwap: 101,
          weight: 0.75,
          deviationBps: (0.5 / 100.5) * 10_000,
          lead: null,
          leadCorrelation: null,
          status: 'traded',
          revision: 0
        }
      ],
      missing: [],
      revision: 0
    })
  })

  test('adds sizes to the last digit', () => {
    const small = (exchange: string) =>
      venueCandle(exchange, 0, { volume: '0.1', quoteVolume: '0.00000000000000000001' })
    const [one] = compositesOf([...range(1, 3, n => small(`v${n}`))]).slice(-1)
    expect(one).toMatchObject({ volume: '0.3', quoteVolume: '0.00000000000000000003' })
  })

  test('is of two venues at least', () => {
    expect(brief(range(0, 5, n => venueCandle('kraken', n)))).toEqual([])
  })

  test('is null in its figures where nobody traded', () => {
    const quiet = { volume: '0', quoteVolume: '0', status: 'empty' as const }
    const [one] = compositesOf([venueCandle('kraken', 0, quiet), venueCandle('okx', 0, quiet)])
    expect(one).toMatchObject({ price: null, volume: '0', dispersionBps: null, status: 'empty' })
    expect(one?.venues[0]).toMatchObject({ vwap: null, weight: null, deviationBps: null })
  })

  test.each([
    [['traded', 'partial', 'gap'], 'partial'],
    [['gap', 'unproven'], 'gap'],
    [['unproven', 'backfilled', 'matched'], 'unproven'],
    [['matched', 'backfilled', 'traded'], 'backfilled'],
    [['traded', 'matched', 'empty'], 'matched'],
    [['empty', 'traded'], 'traded']
  ] as const)('has of %p the status %s', (statuses, weakest) => {
    const candles = statuses.map((status, n) => venueCandle(`v${n}`, 0, { status }))
    expect(compositesOf(candles).at(-1)?.status).toBe(weakest)
  })
})

describe('markets that are not the same', () => {
  const at = (exchange: string, symbol: string) => venueCandle(exchange, 0, { symbol })

  test.each([
    ['BTC/USD', 'BTC/USDT'],
    ['BTC/USDT', 'BTC/USDT:USDT'],
    ['BTC/USD:BTC', 'BTC/USD:BTC-261227']
  ])('%s and %s have no composite together', (one, other) => {
    expect(compositesOf([at('kraken', one), at('okx', other)])).toEqual([])
  })

  test('a market that is made up has none with a real one', () => {
    expect(compositesOf([at('kraken', 'BTC/USD'), at('sim-bitstamp', 'BTC/USD')])).toEqual([])
    const made = drive(analyzeComposite(), [at('sim-kraken', 'BTC/USD'), at('sim-bitstamp', 'BTC/USD')]).outputs
    expect(made.map(({ key, topic }) => [topic, key])).toEqual([['composite', 'BTC/USD#sim']])
    expect(JSON.parse(made[0]?.value ?? '')).toMatchObject({ simulated: true })
  })

  test.each([
    ['BTC/USDT', 'BTC', 'USDT', 'spot'],
    ['BTC/USDT:USDT', 'BTC', 'USDT', 'swap'],
    ['xyz:GOLD/USDC:USDC', 'xyz:GOLD', 'USDC', 'swap'],
    ['BTC/USD:BTC-261227', 'BTC', 'USD', 'future'],
    ['BTC/USD:BTC-261227-100000-C', 'BTC', 'USD', 'option']
  ])('%s is of %s and %s, a %s', (symbol, base, quote, type) => {
    const [one] = compositesOf([at('kraken', symbol), at('okx', symbol)])
    expect(one).toMatchObject({ symbol, base, quote, type })
  })
})

describe('a venue that is late', () => {
  const two = (n: number) => [venueCandle('kraken', n), venueCandle('okx', n)]

  test('is waited for until another venue has a later candle', () => {
    expect(brief([...two(0), venueCandle('kraken', 1)])).toEqual(['0 r0 kraken+okx traded'])
    expect(brief([...two(0), venueCandle('kraken', 1), venueCandle('okx', 1)])).toEqual([
      '0 r0 kraken+okx traded',
      '1 r0 kraken+okx traded'
    ])
  })

  test('does not hold the composite up for ever: it is missing, since its last candle', () => {
    const candles = [...two(0), ...range(1, 3, n => venueCandle('kraken', n))]
    expect(brief(candles)).toEqual(['0 r0 kraken+okx traded', '1 r0 kraken -okx traded', '2 r0 kraken -okx traded'])
    expect(compositesOf(candles).at(-1)?.missing).toEqual([{ exchange: 'okx', since: START + MINUTE }])
  })

  test('makes a revision when it comes after all', () => {
    const late = [...two(0), ...range(1, 2, n => venueCandle('kraken', n)), venueCandle('okx', 1)]
    expect(brief(late)).toEqual(['0 r0 kraken+okx traded', '1 r0 kraken -okx traded', '1 r1 kraken+okx traded'])
  })

  test('is expected for an hour, and no longer', () => {
    const away = [...two(0), ...range(1, 63, n => venueCandle('kraken', n))]
    expect(brief(away).at(-1)).toBe('60 r0 kraken -okx traded')
    const withThird = [...two(0), ...range(1, 63, n => [venueCandle('kraken', n), venueCandle('bybit', n)]).flat()]
    expect(brief(withThird).slice(-3)).toEqual([
      '61 r0 bybit+kraken traded',
      '62 r0 bybit+kraken traded',
      '63 r0 bybit+kraken traded'
    ])
  })

  test('and a day behind another has the past made whole, a record a window', () => {
    const ahead = range(0, DAY - 1, n => venueCandle('kraken', n))
    const behind = range(0, DAY - 1, n => venueCandle('okx', n))
    expect(brief([...ahead, ...behind])).toEqual(range(0, DAY - 1, n => `${n} r0 kraken+okx traded`))
  })

  test('by more than a day is left out, and a revision of then is a dead letter', () => {
    const old = [venueCandle('kraken', 0), venueCandle('kraken', DAY), venueCandle('okx', 0)]
    const { outputs, rejected } = drive(analyzeComposite(), [...old, venueCandle('okx', 0, { revision: 1 })])
    expect([outputs.length, rejected]).toEqual([0, [expect.objectContaining({ reason: 'behind-window', position: 3 })]])
  })
})

describe('a revised candle', () => {
  const two = [venueCandle('kraken', 0), venueCandle('okx', 0, { status: 'unproven' })]

  test('gives a revised composite', () => {
    const matched = venueCandle('okx', 0, { status: 'matched', revision: 1 })
    expect(brief([...two, matched])).toEqual(['0 r0 kraken+okx unproven', '0 r1 kraken+okx matched'])
    const [, after] = compositesOf([...two, venueCandle('okx', 0, { close: '110', volume: '9', revision: 1 })])
    expect(after).toMatchObject({ price: 109, volume: '10', revision: 1 })
  })

  test('that comes again, or is older than what is known, changes nothing', () => {
    const revised = venueCandle('okx', 0, { status: 'matched', revision: 2 })
    expect(brief([...two, ...two, revised, venueCandle('okx', 0, { close: '1', revision: 1 })])).toHaveLength(2)
  })

  test('gives the windows after it anew whose lead it bears on, and no others', () => {
    const price = (n: number): string => String(100 + ((n * 37) % 11))
    const both = range(0, 99, n => ['kraken', 'okx'].map(name => venueCandle(name, n, { close: price(n) }))).flat()
    const revised = compositesOf([...both, venueCandle('okx', 20, { close: '107', revision: 1 })]).slice(100)
    const minutes = revised.map(({ openTime }) => (openTime - START) / MINUTE)
    expect([minutes[0], minutes[1], minutes.at(-1)]).toEqual([20, 35, 80])
    expect(new Set(revised.map(({ revision }) => revision))).toEqual(new Set([1]))
    const asIfRight = both.map(one =>
      one.exchange === 'okx' && one.openTime === START + 20 * MINUTE ? { ...one, close: '107', revision: 1 } : one
    )
    const quote = { quoteVolume: '107' }
    expect(lastOf([...compositesOf(both), ...revised])).toEqual(
      lastOf(compositesOf(asIfRight.map(one => (one.revision === 1 ? { ...one, ...quote } : one))))
    )
  })
})

test('an open candle is not looked at', () => {
  expect(brief([venueCandle('kraken', 0), venueCandle('okx', 0, { final: false })])).toEqual([])
})

test('the state holds a day, whatever comes', () => {
  const { processor, state: codec } = analyzeComposite()
  let state = processor.init('BTC/USD')
  const parts = new Map<string, string>()
  const sizes = range(0, 3 * DAY, n => {
    state = processor.step(state, venueCandle(n % 2 === 0 ? 'kraken' : 'okx', n)).state
    for (const { name, value } of codec.changes(state)) value === null ? parts.delete(name) : parts.set(name, value)
    return parts.size
  })
  expect(Math.max(...sizes)).toBeLessThanOrEqual(DAY / 10 + 2)
  expect(state.windows.size).toBeLessThanOrEqual(DAY)
  processor.step(state, venueCandle('okx', 9 * DAY))
  for (const { name, value } of codec.changes(state)) value === null ? parts.delete(name) : parts.set(name, value)
  expect([state.windows.size, parts.size]).toEqual([1, 2])
})

test('the way of pairs brings the candles of a minute together', () => {
  const topology = pairLegs({ pairs: [], intervals: ['1m', '5m'] })
  const open = candleAt(0, { final: false })
  const kline = candleAt(0, { status: 'exchange', revision: -1 })
  const revised = candleAt(0, { revision: 1 })
  const sent = drive(topology, [open, kline, candleAt(0), revised, candleAt(0, { exchange: 'sim' })]).outputs
  expect(sent.map(({ topic, key }) => `${topic} ${key}`)).toEqual([
    'composite-legs_state BTC/USDT',
    'composite-legs_state BTC/USDT',
    'composite-legs_state BTC/USDT#sim'
  ])
  expect(compositeLegs.codec.decode(Buffer.from(sent[1]?.value ?? ''))).toEqual(revised)
})

describe('the contract of processors: composite', () => {
  const candles = fc.array(
    fc
      .record({
        n: fc.oneof(
          { weight: 20, arbitrary: fc.nat({ max: 9 }) },
          { weight: 1, arbitrary: fc.constantFrom(DAY + 3, DAY + 6) }
        ),
        exchange: fc.constantFrom('kraken', 'okx', 'bybit'),
        symbol: fc.constantFrom('BTC/USD', 'BTC/USD', 'ETH/USD'),
        close: fc.constantFrom('100', '101.5'),
        volume: fc.constantFrom('0', '2'),
        revision: fc.nat({ max: 2 }),
        status: fc.constantFrom('traded' as const, 'gap' as const),
        final: fc.constantFrom(true, true, true, false)
      })
      .map(({ n, exchange, ...more }) => venueCandle(exchange, n, more)),
    { maxLength: 60 }
  )
  processorContract({ name: 'composite', topology: analyzeComposite(), records: candles })
})
