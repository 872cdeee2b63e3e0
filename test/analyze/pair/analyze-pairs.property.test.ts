import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { correlation } from '../../../src/analyze/pair/figures-of.ts'
import { fitHuber } from '../../../src/analyze/pair/hedge/huber.ts'
import { filterLine } from '../../../src/analyze/pair/hedge/kalman.ts'
import { momentsOf } from '../../../src/analyze/pair/hedge/moments.ts'
import { fitOls } from '../../../src/analyze/pair/hedge/ols.ts'
import { fitTheilSen } from '../../../src/analyze/pair/hedge/theil-sen.ts'
import type { PairLeg } from '../../../src/market/records/derived/pair-leg.ts'
import { PAIR_FIGURES } from '../../../src/market/records/derived/pair-stats.ts'
import { processorContract } from '../../contract/processor-contract.ts'
import { bothLegs, leg, newestOf, prices, statsOf, topologyOf } from './leg-scene.ts'
import { apart } from './vectors.ts'

const WINDOW = 8
/** Longer than what one leg makes again at once. */
const LONG = 24
const market = fc
  .record({ seed: fc.nat(), count: fc.integer({ min: 1, max: 40 }) })
  .map(({ seed, count }) => prices(seed, count))

/** Legs in any order, with repetitions, corrections and holes. */
const anyLegs: fc.Arbitrary<readonly PairLeg[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom('a' as const, 'b' as const),
      fc.nat({ max: 30 }),
      fc.constantFrom(0, 1, 2.5, 100, 100.01, 101, 60_000),
      fc.nat({ max: 2 })
    )
    .map(([side, second, close, revision]) => leg(side, second, close, revision)),
  { maxLength: 120 }
)

describe('the contract of processors: analyze-pairs', () => {
  processorContract({ topology: topologyOf({ window: 4 }), records: anyLegs })
  processorContract({
    name: 'pairs',
    topology: topologyOf({ window: WINDOW, methods: ['ols'] }),
    records: market.map(m => bothLegs(m))
  })
})

/** A long market in order, and then corrections anywhere in it, with candles in between, and what was known already. */
const corrected: fc.Arbitrary<readonly PairLeg[]> = fc
  .tuple(fc.nat(), fc.array(fc.tuple(fc.integer({ min: 10, max: 45 }), fc.constantFrom(1, 60_001)), { maxLength: 30 }))
  .map(([seed, corrections]) => {
    const legs = bothLegs(prices(seed, 36))
    const known = legs.filter(({ side }) => side === 'b').slice(-1)
    return [...legs, ...corrections.map(([second, close]) => leg('a', second, close, 1)), ...known, ...known]
  })

describe('the contract of processors: analyze-pairs over a long window', () => {
  processorContract({ topology: topologyOf({ window: LONG, methods: ['ols'] }), records: corrected })
})

describe('the values of analyze-pairs', () => {
  test('are those of each window taken by itself; the filter’s those of a window less one before it as well', () => {
    fc.assert(
      fc.property(market, both => {
        const stats = statsOf(bothLegs(both))
        for (let n = WINDOW - 1; n < both.length; n++) {
          const [ols, huber, theilSen, kalman] = stats.slice(4 * n, 4 * n + 4)
          const within = both.slice(n + 1 - WINDOW, n + 1)
          const [a, b] = [within.map(([one]) => one), within.map(([, other]) => other)]
          const moments = momentsOf(b, a)
          expect(apart(ols?.beta, fitOls(moments)?.beta ?? 0)).toBeLessThan(1e-9)
          expect(apart(ols?.correlation, correlation(moments) ?? 0)).toBeLessThan(1e-9)
          expect(huber?.beta).toBe(fitHuber(a, b)?.beta)
          expect(theilSen?.beta).toBe(fitTheilSen(a, b)?.beta)
          const reached = both.slice(Math.max(0, n + 2 - 2 * WINDOW), n + 1)
          const [reachedA, reachedB] = [reached.map(([one]) => one), reached.map(([, other]) => other)]
          const line = filterLine(reachedA, reachedB, WINDOW - 1)?.line
          expect([kalman?.alpha, kalman?.beta]).toEqual([line?.alpha ?? null, line?.beta ?? null])
        }
      }),
      { numRuns: 50 }
    )
  })

  test('know nothing of the future: what came out before is the same whatever comes after', () => {
    fc.assert(
      fc.property(market, fc.nat({ max: 80 }), anyLegs, (both, at, other) => {
        const past = bothLegs(both).slice(0, at)
        const found = statsOf([...past, ...other])
        const wanted = statsOf(past)
        expect(found.slice(0, wanted.length)).toEqual(wanted)
      }),
      { numRuns: 50 }
    )
  })

  test('do not depend on how far one leg runs ahead of the other', () => {
    fc.assert(
      fc.property(market, fc.array(fc.boolean(), { minLength: 80, maxLength: 80 }), (both, turns) => {
        const legs = bothLegs(both)
        const sides = { a: legs.filter(({ side }) => side === 'a'), b: legs.filter(({ side }) => side === 'b') }
        const mixed = [...turns.flatMap(turn => sides[turn ? 'a' : 'b'].shift() ?? []), ...sides.a, ...sides.b]
        expect(statsOf(mixed)).toEqual(statsOf(legs))
      }),
      { numRuns: 50 }
    )
  })

  test('end as the same bits in whatever order the candles of a window come, repeated and corrected', () => {
    const disorder = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.boolean()), { minLength: 80, maxLength: 80 })
    fc.assert(
      fc.property(market, disorder, (both, drawn) => {
        const legs = bothLegs(both)
        const shuffled = legs
          .flatMap((one, n) => {
            const [delay, isWrongFirst] = drawn[n]!
            const wrong = { ...one, close: '12345.67' }
            const right = { at: n + delay, one: { ...one, revision: 1 } }
            return isWrongFirst ? [{ at: n, one: wrong }, right, right] : [right]
          })
          .sort((left, right) => left.at - right.at)
          .map(({ one }) => one)
        expect(newestOf(statsOf(shuffled))).toEqual(newestOf(statsOf(legs)))
      }),
      { numRuns: 100 }
    )
  })

  test('are finite or null, whatever the prices, and the codec reads what it wrote', () => {
    fc.assert(
      fc.property(anyLegs, fc.constantFrom('plain' as const, 'log' as const), (legs, kind) => {
        for (const one of statsOf(legs, { window: 4, prices: kind }))
          for (const figure of PAIR_FIGURES) expect(one[figure] === null || Number.isFinite(one[figure])).toBe(true)
      }),
      { numRuns: 200 }
    )
  })
})
