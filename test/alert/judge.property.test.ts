import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Alert } from '../../src/market/records/alert/alert.ts'
import { MINUTE, pair, raised, rule, START } from './facts.ts'

const ABOVE = 2
const BELOW = -2

/** Z-scores on a grid, so that bounds and bands are met exactly too. */
const walks = fc.array(
  fc.integer({ min: -8, max: 8 }).map(half => half / 2),
  { minLength: 1, maxLength: 80 }
)
const settings = fc.record({
  hysteresis: fc.constantFrom(0, 0.5, 1, 1.5),
  cooldownMs: fc.integer({ min: 0, max: 10 }).map(minutes => minutes * MINUTE)
})

type Setting = { readonly hysteresis: number; readonly cooldownMs: number }

const toldBy = (walk: readonly number[], { hysteresis, cooldownMs }: Setting): readonly Alert[] =>
  raised(
    [rule({ kind: 'z_score', above: ABOVE, below: BELOW, hysteresis, cooldownMs })],
    walk.map((zScore, n) => pair(n, { zScore }))
  )

/** What one bound should say at each minute, told as a story: `true` while it fires. */
const storyOf = (distances: readonly number[], { hysteresis, cooldownMs }: Setting): readonly string[] => {
  const lines: string[] = []
  let isFiring = false
  let firedAt = Number.NEGATIVE_INFINITY
  for (const [n, distance] of distances.entries()) {
    if (isFiring && distance <= -hysteresis) {
      isFiring = false
      lines.push(`${n} resolved`)
    } else if (!isFiring && distance > 0 && (n - firedAt) * MINUTE >= cooldownMs) {
      isFiring = true
      firedAt = n
      lines.push(`${n} firing`)
    }
  }
  return lines
}

const linesOf = (told: readonly Alert[], threshold: number): readonly string[] =>
  told
    .filter(alert => alert.threshold === threshold)
    .map(({ time, state }) => `${(time - START) / MINUTE - 1} ${state}`)

describe('a rule with a band', () => {
  test('fires at each crossing that no cooldown silences, and resolves beyond its hysteresis, at both bounds', () => {
    fc.assert(
      fc.property(walks, settings, (walk, setting) => {
        const told = toldBy(walk, setting)
        const above = walk.map(value => value - ABOVE)
        const below = walk.map(value => BELOW - value)
        expect(linesOf(told, ABOVE)).toEqual(storyOf(above, setting))
        expect(linesOf(told, BELOW)).toEqual(storyOf(below, setting))
      }),
      { numRuns: 300 }
    )
  })

  test('a resolved alert carries the id of its firing, and no two firings have the same', () => {
    fc.assert(
      fc.property(walks, settings, (walk, setting) => {
        const open = new Map<number, string>()
        const ids = new Set<string>()
        for (const { id, state, threshold } of toldBy(walk, setting)) {
          if (state === 'resolved') expect(id).toBe(open.get(threshold))
          else expect(ids.has(id)).toBe(false)
          ids.add(id)
          open.set(threshold, id)
        }
      })
    )
  })

  test('told twice over, every fact raises what it raised once', () => {
    fc.assert(
      fc.property(walks, settings, (walk, setting) => {
        const of = rule({ kind: 'z_score', ...setting })
        const facts = walk.map((zScore, n) => pair(n, { zScore }))
        expect(raised([of], [...facts, ...facts])).toEqual(raised([of], facts))
      })
    )
  })

  test('resolves at the decimal that the rule says, which a difference of doubles may miss', () => {
    const tenths = fc.integer({ min: -10_000, max: 10_000 })
    fc.assert(
      fc.property(tenths, fc.integer({ min: 1, max: 500 }), (bound, band) => {
        const of = { kind: 'z_score', hysteresis: band / 10, cooldownMs: 0 } as const
        const walk = [bound + 1, bound - band + 1, bound - band].map((value, n) => pair(n, { zScore: value / 10 }))
        const above = raised([rule({ ...of, above: bound / 10, below: -9_999 })], walk)
        expect(above.map(({ state, time }) => `${(time - START) / MINUTE - 1} ${state}`)).toEqual([
          '0 firing',
          '2 resolved'
        ])
        const back = [bound - 1, bound + band - 1, bound + band].map((value, n) => pair(n, { zScore: value / 10 }))
        const below = raised([rule({ ...of, above: 9_999, below: bound / 10 })], back)
        expect(below.map(({ state, time }) => `${(time - START) / MINUTE - 1} ${state}`)).toEqual([
          '0 firing',
          '2 resolved'
        ])
      })
    )
  })
})
