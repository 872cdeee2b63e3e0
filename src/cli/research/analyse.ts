import { PAIR_METHODS } from '../../market/records/derived/pair-stats.ts'
import { analyseIndicators, type FileIndicators } from '../../research/analyse-indicators.ts'
import { analysePair, type PairMoment } from '../../research/analyse-pair.ts'
import { drawIndicators, drawPair } from '../../research/analyse-report.ts'
import { DEFAULT_WINDOW, parseAnalysePair } from '../../research/analyse-request.ts'
import { jsonLines } from '../../research/json-lines.ts'
import { type Flags, isOn, neededFlag, refuseProblems } from '../../runtime/flags.ts'
import type { Command, Context } from '../run/command.ts'

const runPair = async (context: Context): Promise<number> => {
  const request = parseAnalysePair(context.values)
  const lines = jsonLines()
  let newest: PairMoment | null = null
  for await (const moment of analysePair(request)) {
    context.signal.throwIfAborted()
    newest = moment
    if (isOn({ values: context.values, problems: [] }, 'json') && !(await lines.write(moment.stats()))) return 0
  }
  await lines.end()
  if (newest && context.values.json !== true) process.stdout.write(drawPair(newest, request))
  return 0
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
    if (values.json === true && !(await lines.write(indicators))) return 0
  }
  await lines.end()
  if (newest && values.json !== true) process.stdout.write(drawIndicators(newest, count))
  return 0
}

const FILES = `Files are CSV with the header openTime,open,high,low,close,volume, in any order, others ignored, as \`export\` and the
API write them (open_time is read as well); times in epoch milliseconds or ISO, sorted, without a gap; NAME.csv.gz too, and - is stdin.`

const PAIR_USAGE = `--a A.csv --b B.csv   candles of both instruments; the times that both have are taken
--window N            candles in a window (default: ${DEFAULT_WINDOW})
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
