import { INTERVALS, type Interval } from '../../interval.ts'
import type { Pair } from '../../pair.ts'
import type { EpochMs } from '../../time.ts'
import { count, decimal, instrument, mark, OPEN_TIME, type RecordTable, word } from '../fields.ts'

export const PAIR_SIDES = ['a', 'b'] as const

export type PairSide = (typeof PAIR_SIDES)[number]

/** The close of a final candle on its way to where it meets that of the other instrument of a pair. */
export type PairLeg = Pair & {
  readonly side: PairSide
  readonly interval: Interval
  readonly openTime: EpochMs
  readonly close: string
  readonly revision: number
  readonly standIn?: true
}

export const PAIR_LEG: RecordTable<PairLeg> = {
  name: 'PairLeg',
  doc: 'The close of a final candle on its way to where it meets that of the other instrument of a pair',
  fields: {
    a: instrument('exchange:BASE/QUOTE of the first instrument'),
    b: instrument('exchange:BASE/QUOTE of the second instrument'),
    side: word(PAIR_SIDES, 'which of the two it is the candle of'),
    interval: word(INTERVALS, 'length of the candle'),
    openTime: OPEN_TIME,
    close: decimal('close of the candle', 'quote currency'),
    revision: count('the candle’s: above 0 it corrects one that was final before'),
    standIn: mark('the exchange’s own candle', 'the candle is from before our first one')
  }
}
