import { INTERVALS } from '../../../market/interval.ts'
import {
  PAIR_FIGURES,
  PAIR_METHODS,
  type PairFigure,
  type PairStats
} from '../../../market/records/derived/pair-stats.ts'
import {
  asFields,
  count,
  type Fields,
  figure,
  flag,
  instrumentName,
  oneOf,
  openTime,
  orNull,
  standIn
} from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

const figures = (of: Fields): { readonly [Figure in PairFigure]: number | null } =>
  Object.fromEntries(PAIR_FIGURES.map(name => [name, orNull(of, name, figure)])) as {
    [Figure in PairFigure]: number | null
  }

export const pairStatsCodec = jsonCodec((value): PairStats => {
  const of = asFields(value)
  const interval = oneOf(of, 'interval', INTERVALS)
  return {
    a: instrumentName(of, 'a'),
    b: instrumentName(of, 'b'),
    interval,
    openTime: openTime(of, interval),
    window: count(of, 'window'),
    method: oneOf(of, 'method', PAIR_METHODS),
    ...figures(of),
    cointegrated: orNull(of, 'cointegrated', flag),
    ...standIn(of)
  }
})
