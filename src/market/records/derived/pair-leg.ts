import type { Interval } from '../../interval.ts'
import type { Pair } from '../../pair.ts'
import type { EpochMs } from '../../time.ts'

export const PAIR_SIDES = ['a', 'b'] as const

export type PairSide = (typeof PAIR_SIDES)[number]

/** The close of a final candle on its way to where it meets that of the other instrument of a pair. */
export type PairLeg = Pair & {
  /** Which of the two it is the candle of. */
  readonly side: PairSide
  readonly interval: Interval
  readonly openTime: EpochMs
  /** Canonical decimal text. */
  readonly close: string
  /** The candle's: above 0 it corrects one that was final before. */
  readonly revision: number
  /** Only where the candle is the exchange's own, from before our first one. */
  readonly standIn?: true
}
