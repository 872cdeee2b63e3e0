import { INTERVALS } from '../../../market/interval.ts'
import {
  INDICATOR_FIGURES,
  type IndicatorFigures,
  type Indicators
} from '../../../market/records/derived/indicators.ts'
import { asFields, count, type Fields, figure, flag, instrument, oneOf, openTime, orNull, standIn } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

const figures = (of: Fields): IndicatorFigures =>
  Object.fromEntries(INDICATOR_FIGURES.map(name => [name, orNull(of, name, figure)])) as IndicatorFigures

export const indicatorsCodec = jsonCodec((value): Indicators => {
  const of = asFields(value)
  const interval = oneOf(of, 'interval', INTERVALS)
  return {
    ...instrument(of),
    interval,
    openTime: openTime(of, interval),
    final: flag(of, 'final'),
    revision: count(of, 'revision'),
    ...figures(of),
    ...standIn(of)
  }
})
