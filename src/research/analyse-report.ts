import { INDICATOR_FIGURES } from '../market/records/derived/indicators.ts'
import { PAIR_FIGURES } from '../market/records/derived/pair-stats.ts'
import type { FileIndicators } from './analyse-indicators.ts'
import type { PairMoment, PairRequest } from './analyse-pair.ts'
import { drawFigures, drawNumber } from './draw-figures.ts'

const iso = (time: number): string => new Date(time).toISOString()

/** The newest statistics of a pair, for people. */
export const drawPair = ({ count, stats }: PairMoment, { isLog }: PairRequest): string => {
  const result = stats()
  const how = `${result.method} on ${isLog ? 'logarithms of closes' : 'closes'}, a window of ${result.window}`
  const newest = `${count} ${result.interval} candles in common, the newest of ${iso(result.openTime)}`
  const early = count < result.window ? `the window is not full: it takes ${result.window - count} candles more\n` : ''
  const figures = [...PAIR_FIGURES, 'cointegrated'] as const
  return `${result.a} ~ ${result.b}: ${how}\n${newest}\n${early}\n${drawFigures(figures.map(name => [name, drawNumber(result[name])]))}`
}

/** The newest indicators of an instrument, for people. */
export const drawIndicators = (newest: FileIndicators, count: number): string => {
  const rows = INDICATOR_FIGURES.map(name => [name, drawNumber(newest[name])] as const)
  return `${newest.symbol}: ${count} ${newest.interval} candles, the newest of ${iso(newest.openTime)}\n\n${drawFigures(rows)}`
}
