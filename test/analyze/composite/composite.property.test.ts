import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compositeAt, LOOK_BACK } from '../../../src/analyze/composite/composite-at.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import { compositesOf, lastOf, MINUTE, START, venueCandle } from './venues.ts'

const VENUES = ['bybit', 'kraken', 'okx'] as const

/** Closes in cents and volumes in hundredths, a row a venue, a column a minute. */
const markets = fc.integer({ min: 2, max: 40 }).chain(minutes =>
  fc.array(
    fc.array(fc.record({ cents: fc.integer({ min: 9_000, max: 11_000 }), size: fc.nat({ max: 300 }) }), {
      minLength: minutes,
      maxLength: minutes
    }),
    { minLength: VENUES.length, maxLength: VENUES.length }
  )
)

type Market = typeof markets extends fc.Arbitrary<infer T> ? T : never

const decimalOf = (units: number, digits: number): string => {
  const [whole, ...rest] = (units / 10 ** digits).toFixed(digits).split('.')
  const behind = rest.join('').replace(/0+$/, '')
  return behind === '' ? whole! : `${whole}.${behind}`
}

/** `shift`: prices are written in a unit that is 10^shift times smaller. */
const candlesOf = (market: Market, shift = 0): readonly (readonly Candle[])[] =>
  market.map((row, at) =>
    row.map(({ cents, size }, n) =>
      venueCandle(VENUES[at]!, n, {
        close: decimalOf(cents * 10 ** shift, 2),
        volume: decimalOf(size, 2),
        quoteVolume: decimalOf(cents * size * 10 ** shift, 4)
      })
    )
  )

/** The rows merged in any way that keeps each venue's candles in order. */
const interleaved = (rows: readonly (readonly Candle[])[], draws: readonly number[]): readonly Candle[] => {
  const left = rows.map(row => [...row])
  const merged: Candle[] = []
  for (let n = 0; left.some(row => row.length > 0); n++) {
    const open = left.filter(row => row.length > 0)
    merged.push(open[(draws[n % draws.length] ?? 0) % open.length]!.shift()!)
  }
  return merged
}

const draws = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 200 })

const inTurns = (rows: readonly (readonly Candle[])[]): readonly Candle[] => interleaved(rows, [0, 1, 2])

describe('the composites of a market', () => {
  test('are the same in the end, in whatever order its venues come', () => {
    fc.assert(
      fc.property(markets, draws, (market, order) => {
        const rows = candlesOf(market)
        const byMinute = rows[0]!.flatMap((_, n) => rows.map(row => row[n]!))
        expect(lastOf(compositesOf(interleaved(rows, order)))).toEqual(lastOf(compositesOf(byMinute)))
      }),
      { numRuns: 40 }
    )
  })

  test('scale with the unit of the price, and what has no unit stays', () => {
    fc.assert(
      fc.property(markets, fc.integer({ min: 1, max: 6 }), (market, shift) => {
        const [plain, scaled] = [0, shift].map(by => compositesOf(inTurns(candlesOf(market, by))))
        for (const [at, one] of plain!.entries()) {
          const other = scaled![at]!
          const near = (a: number | null, b: number | null) =>
            a === null || b === null ? expect(a).toBe(b) : expect(a).toBeCloseTo(b, 6)
          near(other.price === null ? null : other.price / 10 ** shift, one.price)
          near(other.dispersionBps, one.dispersionBps)
          expect(other.volume).toBe(one.volume)
          for (const [n, venue] of one.venues.entries()) {
            near(other.venues[n]!.deviationBps, venue.deviationBps)
            near(other.venues[n]!.leadCorrelation, venue.leadCorrelation)
          }
        }
      }),
      { numRuns: 20 }
    )
  })

  test('lie between the lowest and the highest price of their venues, and weigh to one', () => {
    fc.assert(
      fc.property(markets, market => {
        for (const { price, venues } of compositesOf(inTurns(candlesOf(market)))) {
          const vwaps = venues.flatMap(({ vwap }) => (vwap === null ? [] : [vwap]))
          if (price === null) return expect(vwaps).toEqual([])
          expect(price).toBeGreaterThanOrEqual(Math.min(...vwaps) * (1 - 1e-12))
          expect(price).toBeLessThanOrEqual(Math.max(...vwaps) * (1 + 1e-12))
          expect(venues.reduce((sum, { weight }) => sum + (weight ?? 0), 0)).toBeCloseTo(1, 9)
        }
      }),
      { numRuns: 20 }
    )
  })

  test('do not change in price and dispersion by a venue without volume, wherever its price stands', () => {
    const window = new Map(
      (['bybit', 'kraken'] as const).map((name, n) => [name, venueCandle(name, 0, { close: String(100 + n) })] as const)
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), close => {
        const silent = venueCandle('okx', 0, { close: String(close), volume: '0', quoteVolume: '0' })
        const [without, withIt] = [window, new Map([...window, ['okx', silent] as const])].map(candles =>
          compositeAt(time => (time === START ? candles : undefined), START)
        )
        expect(withIt).toMatchObject({ price: without!.price, dispersionBps: without!.dispersionBps, volume: '2' })
        expect(withIt!.venues.find(({ exchange }) => exchange === 'okx')).toMatchObject({
          weight: 0,
          vwap: null,
          deviationBps: null
        })
      })
    )
  })

  test('do not look back further than an hour', () => {
    const old = new Map([['kraken', venueCandle('kraken', 0)]])
    const at = (openTime: number) => (openTime === START ? old : undefined)
    expect(compositeAt(at, START + LOOK_BACK * MINUTE).missing).toHaveLength(1)
    expect(compositeAt(at, START + (LOOK_BACK + 1) * MINUTE).missing).toEqual([])
  })
})
