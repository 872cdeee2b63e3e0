import { analyzePairs } from '../../../src/analyze/analyze-pairs.ts'
import type { PairOptions } from '../../../src/analyze/pair/state/pair-state.ts'
import type { PairLeg, PairSide } from '../../../src/market/records/derived/pair-leg.ts'
import { PAIR_METHODS, type PairStats } from '../../../src/market/records/derived/pair-stats.ts'
import { epochMs } from '../../../src/market/time.ts'
import { pairs } from '../../../src/topics.ts'
import { type DriveOptions, drive } from '../../support/drive.ts'
import { seeded } from '../../support/seeded.ts'

const START = 1_723_161_600_000
const SECOND = 1_000

export const timeOf = (second: number): number => START + second * SECOND

/** The close of one instrument of A~B at a second. */
export const leg = (side: PairSide, second: number, close: number | string, revision = 0): PairLeg => ({
  a: 'binance:A/USDT',
  b: 'binance:B/USDT',
  side,
  interval: '1s',
  openTime: epochMs(timeOf(second)),
  close: String(close),
  revision
})

/** Prices in cents of two instruments that move together and apart. */
export const prices = (seed: number, count: number): readonly (readonly [a: number, b: number])[] => {
  const next = seeded(seed)
  let [a, b] = [60_000, 3_000]
  return Array.from({ length: count }, () => {
    const both = next() - 0.5
    a += 20 * both + 4 * (next() - 0.5)
    b += both
    return [Number(a.toFixed(2)), Number(b.toFixed(2))] as const
  })
}

/** Both legs, second by second. */
export const bothLegs = (of: readonly (readonly [a: number, b: number])[], from = 0): readonly PairLeg[] =>
  of.flatMap(([a, b], n) => [leg('a', from + n, a), leg('b', from + n, b)])

export const topologyOf = (options: Partial<PairOptions> = {}) =>
  analyzePairs({ window: 8, methods: PAIR_METHODS, prices: 'plain', ...options })

const decode = ({ value }: { readonly value: string | null }): PairStats =>
  pairs.codec.decode(Buffer.from(value ?? 'null'))

/** Everything that was published, in order. */
export const statsOf = (
  legs: readonly PairLeg[],
  options: Partial<PairOptions> = {},
  how: DriveOptions = {}
): readonly PairStats[] => drive(topologyOf(options), legs, how).outputs.map(decode)

/** What a store keeps: the newest value of each time and method, by time. */
export const newestOf = (stats: readonly PairStats[]): readonly PairStats[] => {
  const newest = new Map(stats.map(one => [`${one.openTime} ${one.method}`, one]))
  return [...newest.keys()].sort().map(key => newest.get(key)!)
}
