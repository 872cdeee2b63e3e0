import { INTERVALS } from '../market/interval.ts'
import { PAIR_FIGURES, PAIR_METHODS, type PairFigure, type PairStats } from '../market/pair-stats.ts'
import { asFields, count, type Fields, figure, flag, oneOf, orNull, standIn, text, time } from './fields.ts'
import { jsonCodec } from './json-codec.ts'

const figures = (of: Fields): { readonly [Figure in PairFigure]: number | null } =>
  Object.fromEntries(PAIR_FIGURES.map(name => [name, orNull(of, name, figure)])) as {
    [Figure in PairFigure]: number | null
  }

export const pairStatsCodec = jsonCodec((value): PairStats => {
  const of = asFields(value)
  return {
    a: text(of, 'a'),
    b: text(of, 'b'),
    interval: oneOf(of, 'interval', INTERVALS),
    openTime: time(of, 'openTime'),
    window: count(of, 'window'),
    method: oneOf(of, 'method', PAIR_METHODS),
    ...figures(of),
    cointegrated: orNull(of, 'cointegrated', flag),
    ...standIn(of)
  }
})
