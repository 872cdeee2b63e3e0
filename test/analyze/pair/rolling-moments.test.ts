import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { correlation } from '../../../src/analyze/pair/figures-of.ts'
import { addPoint, type Moments, mergeMoments, momentsOf, NO_MOMENTS } from '../../../src/analyze/pair/hedge/moments.ts'
import { fitOls } from '../../../src/analyze/pair/hedge/ols.ts'
import { newRollingMoments, roll } from '../../../src/analyze/pair/state/rolling-moments.ts'
import { seeded } from '../../support/seeded.ts'
import { apart } from './vectors.ts'

const figures = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const points = fc.array(fc.tuple(figures, figures), { minLength: 1, maxLength: 80 })

const expectSame = (found: Moments, wanted: Moments): void => {
  const [scaleX, scaleY] = [wanted.sxx + wanted.meanX ** 2 + 1e-100, wanted.syy + wanted.meanY ** 2 + 1e-100]
  expect(found.count).toBe(wanted.count)
  expect(Math.abs(found.meanX - wanted.meanX) / Math.sqrt(scaleX)).toBeLessThan(1e-12)
  expect(Math.abs(found.sxx - wanted.sxx) / scaleX).toBeLessThan(1e-12)
  expect(Math.abs(found.syy - wanted.syy) / scaleY).toBeLessThan(1e-12)
  expect(Math.abs(found.sxy - wanted.sxy) / Math.sqrt(scaleX * scaleY)).toBeLessThan(1e-12)
}

describe('rolling moments', () => {
  test('are those of every window taken by itself, and of all points while there are fewer', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 30 }), (drawn, window) => {
        const rolling = newRollingMoments(window)
        for (const [n, [x, y]] of drawn.entries()) {
          const within = drawn.slice(Math.max(0, n + 1 - window), n + 1)
          const batch = momentsOf(
            within.map(([one]) => one),
            within.map(([, other]) => other)
          )
          expectSame(roll(rolling, x, y), batch)
        }
      })
    )
  })

  test('from the middle of the points are bit for bit those that came all the way', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 12 }), fc.nat({ max: 79 }), (drawn, window, from) => {
        const whole = newRollingMoments(window)
        const part = newRollingMoments(window, from % window)
        for (const [n, [x, y]] of drawn.entries()) {
          const wanted = roll(whole, x, y)
          if (n < from) continue
          const found = roll(part, x, y)
          if (n >= from + 2 * window - 2) expect(found).toEqual(wanted)
        }
      })
    )
  })

  test('have forgotten a price that is not finite as soon as it has left the window', () => {
    const rolling = newRollingMoments(5)
    for (let n = 0; n < 8; n++) roll(rolling, n === 3 ? Number.NaN : n, n)
    expectSame(roll(rolling, 8, 8), momentsOf([4, 5, 6, 7, 8], [4, 5, 6, 7, 8]))
  })

  test('do not drift in ten million steps, a jump to prices a million times as high included', () => {
    const [window, steps] = [240, 10_000_000]
    const next = seeded(3)
    const rolling = newRollingMoments(window)
    const [xs, ys]: [number[], number[]] = [[], []]
    let [x, y, found] = [3_000, 60_000, NO_MOMENTS]
    for (let step = 0; step < steps; step++) {
      x += next() - 0.5
      y += 20 * (next() - 0.5)
      const scale = step % 1_000_000 === 500_000 ? 1e6 : 1
      found = roll(rolling, scale * x, scale * y)
      if (step < steps - window) continue
      xs.push(x)
      ys.push(y)
    }
    const wanted = momentsOf(xs, ys)
    expect(apart(fitOls(found)?.beta, fitOls(wanted)?.beta ?? 0)).toBeLessThan(1e-10)
    expect(apart(correlation(found) ?? 0, correlation(wanted) ?? 0)).toBeLessThan(1e-10)
    expectSame(found, wanted)
  }, 300_000)
})

describe('moments', () => {
  test('of two sets together are those of their points', () => {
    fc.assert(
      fc.property(points, fc.nat({ max: 80 }), (drawn, at) => {
        const all = drawn.reduce((sum, [x, y]) => addPoint(sum, x, y), NO_MOMENTS)
        const [one, other] = [drawn.slice(0, at), drawn.slice(at)].map(part =>
          part.reduce((sum, [x, y]) => addPoint(sum, x, y), NO_MOMENTS)
        )
        expectSame(mergeMoments(one ?? NO_MOMENTS, other ?? NO_MOMENTS), all)
      })
    )
  })

  test('of a price that does not move have sums of exactly 0', () => {
    const { sxx, sxy } = momentsOf(
      Array.from({ length: 1_000 }, () => 0.1),
      Array.from({ length: 1_000 }, (_, n) => n)
    )
    expect([sxx, sxy]).toEqual([0, 0])
  })
})
