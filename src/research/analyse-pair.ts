import { figuresOf, type PairFigures } from '../analyze/pair/figures-of.ts'
import { newPairSeries, type PairSeries, upsertPoint } from '../analyze/pair/state/pair-series.ts'
import { windowAt } from '../analyze/pair/window-at.ts'
import { TickstreamError } from '../market/error.ts'
import type { PairMethod, PairStats } from '../market/records/derived/pair-stats.ts'
import { type CandleFile, openCandleFile, type Reading, STRICT } from './bars/candle-file.ts'
import type { CandleRow } from './bars/candle-row.ts'
import { type Both, commonTimes } from './bars/common-times.ts'
import { intervalName } from './interval-name.ts'

/** What `analyse pair` was asked for. */
export type PairRequest = {
  readonly a: string
  readonly b: string
  readonly window: number
  readonly method: PairMethod
  /** Of logarithms of prices. */
  readonly isLog: boolean
  /** By AIC where left out. */
  readonly lags?: number
}

/** A record of `pairs`, its instruments named by their files; an interval may be one that the pipeline does not build. */
export type FilePairStats = Omit<PairStats, 'interval' | 'openTime'> & {
  readonly interval: string
  readonly openTime: number
}

/** The statistics at a time that both files have: computed when they are asked for. */
export type PairMoment = { readonly count: number; readonly stats: () => FilePairStats }

const priceOf = ({ close }: CandleRow, isLog: boolean): number => (isLog ? Math.log(close) : close)

const figuresNow = (series: PairSeries, { method, lags }: PairRequest): PairFigures => {
  const [figures] = figuresOf(windowAt(series, series.points.at(-1)!), [method], lags === undefined ? {} : { lags })
  return figures!
}

const openBoth = async ({ a, b }: PairRequest, reading: Reading): Promise<readonly [CandleFile, CandleFile]> => [
  await openCandleFile(a, reading),
  await openCandleFile(b, reading)
]

/**
 * The statistics of two files of candles at each time that both have, by the fold of the stage `analyze`.
 * Throws `TS-DATA` when they have no time in common.
 */
export async function* analysePair(request: PairRequest, reading: Reading = STRICT): AsyncGenerator<PairMoment> {
  const [a, b] = await openBoth(request, reading)
  const { window, isLog } = request
  const series = newPairSeries(window)
  const statsAt = (both: Both): FilePairStats => ({
    a: a.name,
    b: b.name,
    interval: intervalName(a.spacingMs),
    openTime: both.a.openTime,
    window,
    ...figuresNow(series, request),
    method: request.method
  })
  let count = 0
  for await (const both of commonTimes(a, b)) {
    const prices = { a: priceOf(both.a, isLog), b: priceOf(both.b, isLog) }
    upsertPoint(series, { openTime: both.a.openTime, ...prices })
    yield { count: ++count, stats: () => statsAt(both) }
  }
  if (count === 0) throw new TickstreamError('TS-DATA', `${a.path} and ${b.path} have no time in common`)
}
