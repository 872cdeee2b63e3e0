import { INDICATOR_FIGURES, type IndicatorFigures, type Indicators } from '../market/indicators.ts'
import { INTERVALS } from '../market/interval.ts'
import { asFields, count, type Fields, figure, flag, oneOf, orNull, standIn, text, time } from './fields.ts'
import { jsonCodec } from './json-codec.ts'

const figures = (of: Fields): IndicatorFigures =>
  Object.fromEntries(INDICATOR_FIGURES.map(name => [name, orNull(of, name, figure)])) as IndicatorFigures

export const indicatorsCodec = jsonCodec((value): Indicators => {
  const of = asFields(value)
  return {
    exchange: text(of, 'exchange'),
    symbol: text(of, 'symbol'),
    interval: oneOf(of, 'interval', INTERVALS),
    openTime: time(of, 'openTime'),
    final: flag(of, 'final'),
    revision: count(of, 'revision'),
    ...figures(of),
    ...standIn(of)
  }
})
