import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { analyzeVerification } from '../../../src/analyze/analyze-verification.ts'
import { EXCHANGES, exchangeById, incomparableFields } from '../../../src/exchange/registry.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import { VERIFIED_FIELDS, type Verification } from '../../../src/market/records/derived/verification.ts'
import { type AnyCandle, exchangeCandle } from '../../../src/market/records/feed/exchange-kline.ts'
import type { Trade } from '../../../src/market/records/feed/trade.ts'
import { epochMs } from '../../../src/market/time.ts'
import { verifications } from '../../../src/topics.ts'
import { processorContract } from '../../contract/processor-contract.ts'
import { candleAt } from '../../support/candles.ts'
import { type DriveOptions, drive } from '../../support/drive.ts'
import { candlesOf } from '../../support/driven-candles.ts'
import { describeRecorded, recordedAnswer } from '../../support/recorded-venues.ts'

const topology = analyzeVerification()
const START = candleAt(0).openTime
const DAY = 1_440

const kline = (n: number, more: Partial<AnyCandle> = {}): AnyCandle => ({
  ...candleAt(n, { status: 'exchange', revision: -1, firstTradeId: null, lastTradeId: null }),
  ...more
})

const verified = (candles: readonly AnyCandle[], how: DriveOptions = {}): readonly Verification[] =>
  drive(topology, candles, how).outputs.map(({ value }) => verifications.codec.decode(Buffer.from(value ?? '')))

/** `3 equal r0 to 4`: minute, result, revision and the end of what is verified, in minutes. */
const brief = (candles: readonly AnyCandle[]): readonly string[] =>
  verified(candles).map(
    ({ openTime, result, revision, verifiedTo }) =>
      `${(openTime - START) / 60_000} ${result} r${revision} to ${verifiedTo === null ? '-' : (verifiedTo - START) / 60_000}`
  )

const range = <T>(from: number, to: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: to - from + 1 }, (_, n) => make(from + n))

describe('our final candle and the exchange’s', () => {
  test('are compared as soon as both are there, whichever comes first', () => {
    expect(brief([candleAt(0), kline(0), kline(1), candleAt(1)])).toEqual(['0 equal r0 to 1', '1 equal r0 to 2'])
    expect(verified([candleAt(0), kline(0)])).toEqual([
      {
        exchange: 'binance',
        symbol: 'BTC/USDT',
        interval: '1m',
        openTime: START,
        time: START + 60_000,
        result: 'equal',
        revision: 0,
        differences: [],
        verifiedTo: START + 60_000
      }
    ])
  })

  test.each(VERIFIED_FIELDS)('differ in %s by the last digit', field => {
    const ours = candleAt(0)
    const off = field === 'tradeCount' ? { tradeCount: 11 } : { [field]: `${ours[field]}1` }
    const [one] = verified([ours, kline(0, off)])
    expect(one).toMatchObject({ result: 'different', verifiedTo: null })
    expect(one?.differences).toEqual([{ field, ours: String(ours[field]), theirs: String(Object.values(off)[0]) }])
  })

  test('agree in the count of prints, where our trades are aggregates of them', () => {
    const ours = candleAt(0, { printCount: 25 })
    expect(brief([ours, kline(0, { tradeCount: 25 })])).toEqual(['0 equal r0 to 1'])
    expect(verified([ours, kline(0, { tradeCount: 24 })])[0]?.differences).toEqual([
      { field: 'tradeCount', ours: '25', theirs: '24' }
    ])
  })

  test('need not agree where ours is known to lack something', () => {
    const some = { volume: '1' }
    expect(brief([candleAt(0, { status: 'partial', ...some }), kline(0)])).toEqual(['0 incomplete r0 to -'])
    expect(brief([candleAt(0, { status: 'gap', missing: 3, ...some }), kline(0)])).toEqual(['0 incomplete r0 to -'])
  })

  test('are compared again with each revision of ours, and with what the exchange corrects, and not for what is known', () => {
    const revised = candleAt(0, { revision: 1, volume: '9' })
    expect(brief([candleAt(0), kline(0), kline(0), candleAt(0), revised, kline(0, { volume: '9' })])).toEqual([
      '0 equal r0 to 1',
      '0 different r1 to -',
      '0 equal r1 to 1'
    ])
  })

  test('are not looked at while ours is open', () => {
    expect(brief([kline(0), candleAt(0, { final: false })])).toEqual([])
  })
})

describe('what is verified', () => {
  test('ends before the oldest window that differs, and goes on when that is revised', () => {
    const both = (n: number): readonly AnyCandle[] => [candleAt(n), kline(n)]
    const wrong = candleAt(1, { close: '1' })
    const right = candleAt(1, { revision: 1, status: 'backfilled' })
    expect(brief([...both(0), wrong, kline(1), ...both(2), right, ...both(3)])).toEqual([
      '0 equal r0 to 1',
      '1 different r0 to 1',
      '2 equal r0 to 1',
      '1 equal r1 to 3',
      '3 equal r0 to 4'
    ])
  })

  test('is not held up by a minute that cannot be compared', () => {
    const gap = candleAt(1, { status: 'gap', missing: 1, volume: '1' })
    expect(brief([candleAt(0), kline(0), gap, kline(1), candleAt(2), candleAt(3), kline(3)]).at(-1)).toBe(
      '3 equal r0 to 4'
    )
  })

  test('is held back by a difference for a day', () => {
    const wrong = [candleAt(0, { close: '1' }), kline(0)]
    const after = range(1, DAY, n => [candleAt(n), kline(n)]).flat()
    const ends = brief([...wrong, ...after])
    expect(ends[DAY - 1]).toBe(`${DAY - 1} equal r0 to -`)
    expect(ends[DAY]).toBe(`${DAY} equal r0 to ${DAY + 1}`)
  })
})

describe('a window that never meets its counterpart', () => {
  test('is told of after a day, and then forgotten', () => {
    const gone = [kline(0), candleAt(0), candleAt(1), kline(2)]
    expect(brief([...gone, kline(DAY + 2)])).toEqual(['0 equal r0 to 1', '1 unmatched r0 to 1', '2 unmatched r-1 to 1'])
    expect(brief([...gone, kline(DAY + 2), kline(1), candleAt(2)])).toHaveLength(3)
  })

  test('is none where the exchange was there before us', () => {
    expect(brief([...range(0, 5, n => kline(n)), candleAt(6), kline(6), kline(DAY + 6)])).toEqual(['6 equal r0 to 7'])
  })

  test('does not make the state grow', () => {
    const { processor, state: codec } = topology
    let state = processor.init('binance:BTC/USDT')
    const parts = new Map<string, string>()
    const sizes = range(0, 3 * DAY, n => {
      state = processor.step(state, n % 2 === 0 ? kline(n) : candleAt(n)).state
      for (const { name, value } of codec.changes(state)) value === null ? parts.delete(name) : parts.set(name, value)
      return parts.size
    })
    expect(Math.max(...sizes)).toBeLessThanOrEqual(DAY / 10 + 2)
    expect(state.windows.size).toBeLessThanOrEqual(DAY)
  })
})

/** Both sides in any order, with repetitions, revisions, differences, and jumps of a day. */
const anyCandles = fc.array(
  fc
    .record({
      n: fc.oneof(
        { weight: 20, arbitrary: fc.nat({ max: 9 }) },
        { weight: 1, arbitrary: fc.constantFrom(DAY + 3, DAY + 6) }
      ),
      theirs: fc.boolean(),
      volume: fc.constantFrom('12.34567', '12.34567', '13'),
      revision: fc.nat({ max: 2 }),
      status: fc.constantFrom('traded' as const, 'traded' as const, 'gap' as const, 'partial' as const),
      final: fc.constantFrom(true, true, true, false)
    })
    .map(({ n, theirs, volume, ...ours }) => (theirs ? kline(n, { volume }) : candleAt(n, { volume, ...ours }))),
  { maxLength: 80 }
)

test('a restart after every record forgets nothing of either side', () => {
  const revised = candleAt(0, { revision: 1, volume: '9' })
  const input = [candleAt(0), kline(0), kline(0), kline(1), revised, candleAt(1), kline(DAY + 1), kline(0)]
  const crashAt = input.map((_, at) => at)
  expect(verified(input, { commitEvery: 1, crashAt })).toEqual(verified(input))
  expect(verified(input)).toHaveLength(3)
})

describe('the contract of processors: verification', () => {
  processorContract({ name: 'verification', topology, records: anyCandles })

  test('what is said last of a window does not depend on which side came first', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 20 }),
        fc.array(fc.boolean(), { maxLength: 20 }),
        (minutes, flips) => {
          const ordered = minutes.toSorted((a, b) => a - b)
          const ours = (n: number): Candle => candleAt(n, n % 7 === 3 ? { volume: '1' } : {})
          const pairsOf = (flip: (at: number) => boolean): readonly AnyCandle[] =>
            ordered.flatMap((n, at) => (flip(at) ? [kline(n), ours(n)] : [ours(n), kline(n)]))
          expect(verified(pairsOf(at => flips[at] ?? false))).toEqual(verified(pairsOf(() => false)))
        }
      ),
      { numRuns: 50 }
    )
  })
})

describe('an exchange that tells less of its candles, or makes some of it by a rule of its own', () => {
  const untold = { quoteVolume: null, tradeCount: null, takerBuyVolume: null, takerBuyQuoteVolume: null }

  test('is compared by what it tells', () => {
    expect(brief([candleAt(0), kline(0, untold)])).toEqual(['0 equal r0 to 1'])
    const [one] = verified([candleAt(0), kline(0, { ...untold, volume: '1' })])
    expect(one).toMatchObject({ result: 'different', differences: [{ field: 'volume', theirs: '1' }] })
  })

  test('is compared by what both make of the same trades', () => {
    const bybit = analyzeVerification(incomparableFields)
    const of = { exchange: 'bybit', symbol: 'BTC/USDT:USDT' }
    const results = (more: Partial<AnyCandle>) =>
      drive(bybit, [candleAt(0, of), kline(0, { ...untold, ...of, ...more })]).outputs.map(
        ({ value }) => verifications.codec.decode(Buffer.from(value ?? '')).result
      )
    expect(results({ open: '1', high: '999999', low: '1' })).toEqual(['equal'])
    expect(results({ close: '1' })).toEqual(['different'])
    expect(EXCHANGES.filter(({ klines }) => klines.incomparable).map(({ id }) => incomparableFields(id))).not.toEqual(
      []
    )
    expect(incomparableFields('sim-bybit')).toEqual(incomparableFields('bybit'))
    expect(incomparableFields('binance')).toEqual([])
  })

  test('keeps what is compared over a restart', () => {
    const records = range(0, 5, n => [candleAt(n), kline(n, n === 3 ? { ...untold, close: '1' } : untold)]).flat()
    const whole = verified(records)
    expect(verified(records, { commitEvery: 2, crashAt: [3, 8] })).toEqual(whole)
  })
})

describeRecorded('the recorded candles of Kraken (left out where they are not at hand)', () => {
  const BTC = { exchange: 'kraken', symbol: 'BTC/USDT' }
  const NOW = epochMs(1_762_808_700_000)
  const { klines, history } = exchangeById('kraken')
  test('are equal to those of the recorded trades in prices, volume and count; with one of another size they are not', () => {
    const trades = history.decodeTrades(recordedAnswer('kraken/rest_trades_xbtusdt_20251110_first500.json'), BTC, NOW)
    const answer = recordedAnswer('kraken/rest_ohlc_1m_xbtusdt_20251110_first_minutes.json')
    const theirs = klines
      .decodePage(answer, BTC, '1m', NOW)
      .klines.map(kline => ({ ...kline, interval: '1m' as const }))
    const ours = (some: readonly Trade[]) =>
      candlesOf(some, { intervals: ['1m'], gapHoldMs: 0 }).candles.filter(({ final }) => final)
    const end = ours(trades).at(-1)!.openTime
    const records = (some: readonly Trade[]) =>
      [...ours(some), ...theirs.filter(({ openTime }) => openTime <= end).map(exchangeCandle)].toSorted(
        (a, b) => a.openTime - b.openTime
      )
    const results = (some: readonly Trade[]) => Map.groupBy(verified(records(some)), ({ result }) => result)
    const all = results(trades)
    expect(all.get('equal')!.length).toBeGreaterThan(100)
    expect(all.get('different')).toBeUndefined()
    const middle = trades[250]!
    const wrong = results(trades.map(trade => (trade === middle ? { ...trade, quantity: '1' } : trade)))
    expect(wrong.get('different')?.map(({ differences }) => differences.map(({ field }) => field))).toEqual([
      ['volume']
    ])
  })
})
