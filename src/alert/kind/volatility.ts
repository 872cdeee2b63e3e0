import { instrumentKey } from '../../market/instrument.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import type { CandleRow } from '../candle-rows.ts'
import { type AlertKindOf, isAbout } from './alert-kind.ts'

/** Squares of the newest `count` log returns; null while there are not so many of candles that follow each other. */
const squaredReturns = (candles: readonly CandleRow[], count: number): readonly number[] | null => {
  const newest = candles.slice(-count - 1)
  const squares = newest.slice(1).flatMap(({ openTime, close }, at) => {
    const before = newest[at]!
    return openTime - before.openTime === INTERVAL_MS['1m'] ? [Math.log(close / before.close) ** 2] : []
  })
  return squares.length < count || !squares.every(Number.isFinite) ? null : squares
}

const volatilityOf = (squares: readonly number[]): number =>
  Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length)

/** Realised volatility (root of the mean squared log return) of the short window over that of the long one; undefined while nothing moves. */
const ratio = (candles: readonly CandleRow[], short: number, long: number): number | null => {
  const squares = squaredReturns(candles, long)
  const whole = squares && volatilityOf(squares)
  return squares && whole ? volatilityOf(squares.slice(-short)) / whole : null
}

export const volatility: AlertKindOf = {
  on: 'candle',
  what: 'short volatility over the long one',
  signals: (rule, observation, context) => {
    if (observation.kind !== 'candle') return []
    const instrument = instrumentKey(observation.record)
    const { window, shortWindow } = rule
    if (!isAbout(rule, instrument) || window === undefined || shortWindow === undefined) return []
    const value = ratio(context.candles(instrument), shortWindow, window)
    return [{ subject: instrument, about: { instrument }, time: observation.record.closeTime, value }]
  }
}
