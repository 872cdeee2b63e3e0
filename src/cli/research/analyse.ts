import { INDICATOR_FIGURES } from '../../market/records/derived/indicators.ts'
import { PAIR_FIGURES, PAIR_METHODS } from '../../market/records/derived/pair-stats.ts'
import { analyseIndicators, type FileIndicators } from '../../research/analyse-indicators.ts'
import { analysePair, type PairMoment, type PairRequest } from '../../research/analyse-pair.ts'
import { drawFigures, drawNumber } from '../../research/draw-figures.ts'
import { jsonLines } from '../../research/json-lines.ts'
import { choiceFlag, type Flags, isOn, neededFlag, numberFlag, refuseProblems, textFlag } from '../../runtime/flags.ts'
import type { Command, Context } from '../run/command.ts'

const WINDOW = 500

const iso = (time: number): string => new Date(time).toISOString()

const pairRequest = ({ values }: Pick<Context, 'values'>): PairRequest => {
  const flags: Flags = { values, problems: [] }
  const a = neededFlag(flags, 'a', 'name the CSV file of the first instrument, or - for stdin')
  const b = neededFlag(flags, 'b', 'name the CSV file of the second instrument, or - for stdin')
  if (a === '-' && b === '-') flags.problems.push('--a - and --b -: one of them can be stdin, not both')
  const request = {
    a,
    b,
    window: numberFlag(flags, 'window', WINDOW, { least: 3, whole: true }),
    method: choiceFlag(flags, 'method', PAIR_METHODS, 'ols'),
    isLog: isOn(flags, 'log'),
    ...(textFlag(flags, 'lags') === null ? {} : { lags: numberFlag(flags, 'lags', 0, { least: 0, whole: true }) })
  }
  const most = Math.ceil((request.window - 3) / 2) - 1
  if ((request.lags ?? 0) > Math.max(most, 0))
    flags.problems.push(`--lags ${request.lags}: a window of ${request.window} has room for ${Math.max(most, 0)}`)
  refuseProblems(flags, 'analyse pair')
  return request
}

const drawPair = ({ count, stats }: PairMoment, { isLog }: PairRequest): string => {
  const result = stats()
  const how = `${result.method} on ${isLog ? 'logarithms of closes' : 'closes'}, a window of ${result.window}`
  const newest = `${count} ${result.interval} candles in common, the newest of ${iso(result.openTime)}`
  const early = count < result.window ? `the window is not full: it takes ${result.window - count} candles more\n` : ''
  const figures = [...PAIR_FIGURES, 'cointegrated'] as const
  return `${result.a} ~ ${result.b}: ${how}\n${newest}\n${early}\n${drawFigures(figures.map(name => [name, drawNumber(result[name])]))}`
}

const runPair = async (context: Context): Promise<number> => {
  const request = pairRequest(context)
  const lines = jsonLines()
  let newest: PairMoment | null = null
  for await (const moment of analysePair(request)) {
    context.signal.throwIfAborted()
    newest = moment
    if (isOn({ values: context.values, problems: [] }, 'json') && !(await lines.put(moment.stats()))) return 0
  }
  await lines.end()
  if (newest && context.values.json !== true) process.stdout.write(drawPair(newest, request))
  return 0
}

const drawIndicators = (newest: FileIndicators, count: number): string => {
  const rows = INDICATOR_FIGURES.map(name => [name, drawNumber(newest[name])] as const)
  return `${newest.symbol}: ${count} ${newest.interval} candles, the newest of ${iso(newest.openTime)}\n\n${drawFigures(rows)}`
}

const runIndicators = async ({ values, signal }: Context): Promise<number> => {
  const flags: Flags = { values, problems: [] }
  const path = neededFlag(flags, 'candles', 'name the CSV file of candles, or - for stdin')
  refuseProblems(flags, 'analyse indicators')
  const lines = jsonLines()
  let count = 0
  let newest: FileIndicators | null = null
  for await (const indicators of analyseIndicators(path)) {
    signal.throwIfAborted()
    count++
    newest = indicators
    if (values.json === true && !(await lines.put(indicators))) return 0
  }
  await lines.end()
  if (newest && values.json !== true) process.stdout.write(drawIndicators(newest, count))
  return 0
}

const FILES = `Files are CSV with the header openTime,open,high,low,close,volume, in any order, others ignored, as \`export\` and the
API write them (open_time is read as well); times in epoch milliseconds or ISO, sorted, without a gap; NAME.csv.gz too, and - is stdin.`

const PAIR_USAGE = `--a A.csv --b B.csv   candles of both instruments; the times that both have are taken
--window N            candles in a window (default: ${WINDOW})
--method M            how the hedge ratio is estimated: ${PAIR_METHODS.join(', ')} (default: ols)
--log                 of logarithms of closes, so that beta is an elasticity
--lags N              of both unit-root tests; by AIC when left out
--json                the statistics at every candle, one JSON a line, the newest last: fields as in the topic pairs

${FILES}`

const INDICATORS_USAGE = `--candles C.csv   candles of one instrument
--json            the indicators at every candle, one JSON a line, the newest last: fields as in the topic indicators

${FILES} VWAP takes a column quoteVolume where there is one,
otherwise volume times the mean of high, low and close.`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

export const commands: readonly Command[] = [
  {
    name: 'analyse pair',
    summary: 'hedge ratio, spread, cointegration and return of two files of candles',
    usage: PAIR_USAGE,
    options: { a: text, b: text, window: text, method: text, log: flag, lags: text, json: flag },
    run: runPair
  },
  {
    name: 'analyse indicators',
    summary: 'technical indicators of a file of candles',
    usage: INDICATORS_USAGE,
    options: { candles: text, json: flag },
    run: runIndicators
  }
]
