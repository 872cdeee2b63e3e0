import { INTERVALS } from '../../market/interval.ts'
import { PAIR_METHODS, type PairMethod, type PairStats } from '../../market/records/derived/pair-stats.ts'
import { formatClock, formatFigure } from './format.ts'

/** A pair, how its candles are cut, and how its hedge ratio is estimated. */
export type PairView = {
  readonly a: string
  readonly b: string
  readonly interval: string
  readonly method: PairMethod
}

const firstOf = <T>(wanted: T | undefined, there: readonly T[], fallback: T): T =>
  wanted !== undefined && there.includes(wanted) ? wanted : there.includes(fallback) ? fallback : (there[0] ?? fallback)

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]

/** What is analysed: the newest records that are known, and the intervals by which candles are cut at all. */
export type Analysed = { readonly newest: readonly PairStats[]; readonly intervals: readonly string[] }

/** What a reader can choose among. A gateway that has just begun has not heard of long intervals yet, but every pair is analysed by all. */
export const pairChoices = ({ newest, intervals }: Analysed, a: string, b: string) => {
  const rows = newest.filter(pair => pair.a === a && pair.b === b)
  return {
    pairs: unique(newest.map(pair => `${pair.a}~${pair.b}`)),
    intervals: INTERVALS.filter(name => intervals.includes(name) || rows.some(({ interval }) => interval === name)),
    methods: PAIR_METHODS.filter(method => rows.some(pair => pair.method === method))
  }
}

/** Reads a pair from an address; what is not said, or not there, is the first pair, by the minute, by least squares. */
export const pairViewOf = (params: Readonly<Record<string, string>>, analysed: Analysed): PairView => {
  const [a = '', b = ''] = firstOf(params.pair, pairChoices(analysed, '', '').pairs, '').split('~')
  const { intervals, methods } = pairChoices(analysed, a, b)
  const method = PAIR_METHODS.find(name => name === params.method)
  return { a, b, interval: firstOf<string>(params.interval, intervals, '1m'), method: firstOf(method, methods, 'ols') }
}

/** The same, as parameters of an address. */
export const pairParams = ({ a, b, interval, method }: PairView): Readonly<Record<string, string>> => ({
  pair: `${a}~${b}`,
  interval,
  method
})

const percent = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`)

/** Below it, a test is taken for sure. */
const SURE_ENOUGH = 0.05

/** Whether the two belong together: by least squares a test of their cointegration says so, by the filter one of what could have been held; by others none does. */
export const belongTogether = ({ method, cointegrated, adfPValue }: PairStats): boolean | null =>
  method === 'kalman' && adfPValue !== null ? adfPValue < SURE_ENOUGH : cointegrated

const returnWords = ({ adfPValue }: PairStats): string => {
  if (adfPValue === null) return 'Not known yet: the window is not full'
  return adfPValue < SURE_ENOUGH
    ? `The spread has come back at 5 % (ADF, ${percent(adfPValue)})`
    : `The spread need not come back (ADF, ${percent(adfPValue)})`
}

/** The same, plainly. */
export const cointegrationWords = (stats: PairStats): string => {
  const { method, cointegrated, egPValue } = stats
  if (method === 'kalman') return returnWords(stats)
  if (method !== 'ols') return 'Not tested by this method: see Engle–Granger of least squares'
  if (cointegrated === null || egPValue === null) return 'Not known yet: the window is not full'
  return cointegrated
    ? `Cointegrated at 5 % (Engle–Granger, ${percent(egPValue)}): the spread has come back`
    : `Not cointegrated (Engle–Granger, ${percent(egPValue)}): the spread need not come back`
}

/** Where the spread stands, in words. */
export const scoreWords = (z: number | null): string => {
  if (z === null) return 'not known yet'
  const size = Math.abs(z)
  const side = z > 0 ? 'above' : 'below'
  if (size < 1) return 'near its mean'
  return size >= 3
    ? `far ${side} its mean, past 3 deviations`
    : size >= 2
      ? `${side} its mean, past 2 deviations`
      : `${side} its mean`
}

/** Smaller than this share of a deviation is what arithmetic leaves over. */
const NOTHING = 1e-9

/** The mean of the spread, which by least squares is nothing. */
export const meanWords = ({ spreadMean, spreadStd }: PairStats): string => {
  const isNothing = spreadMean !== null && Math.abs(spreadMean) <= NOTHING * (spreadStd ?? 0)
  return `mean ${isNothing ? '0' : formatFigure(spreadMean)}`
}

/** Whose newest candle a pair was computed from, and when that began. */
export const sourceWords = ({ openTime, standIn }: PairStats): string =>
  `as of ${formatClock(openTime)} UTC${standIn ? ", from the exchange's own candles" : ''}`

/** Half-life in candles; without one the spread does not revert. */
export const halfLifeWords = (halfLife: number | null): string =>
  halfLife === null ? 'does not revert' : `${halfLife < 10 ? halfLife.toFixed(1) : Math.round(halfLife)} candles`
