import { PAIR_METHODS } from '../../market/records/derived/pair-stats.ts'
import { analyseIndicators, type FileIndicators } from '../../research/analyse-indicators.ts'
import { analysePair, type PairMoment } from '../../research/analyse-pair.ts'
import { drawIndicators, drawPair } from '../../research/analyse-report.ts'
import { DEFAULT_WINDOW, parseAnalysePair } from '../../research/analyse-request.ts'
import type { Reading } from '../../research/bars/candle-file.ts'
import { jsonLines } from '../../research/json-lines.ts'
import { type Flags, isOn, neededFlag, refuseProblems } from '../../runtime/flags.ts'
import type { Command, Context } from '../run/command.ts'

const readingOf = ({ values }: Pick<Context, 'values'>): Reading => ({
  allowGaps: values['allow-gaps'] === true,
  onRead: line => void process.stderr.write(`${line}\n`)
})

const runPair = async (context: Context): Promise<number> => {
  const request = parseAnalysePair(context.values)
  const lines = jsonLines()
  let newest: PairMoment | null = null
  for await (const moment of analysePair(request, readingOf(context))) {
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
  const path = neededFlag(flags, 'candles', 'name the file of candles, or - for stdin')
  refuseProblems(flags, 'analyse indicators')
  const lines = jsonLines()
  let count = 0
  let newest: FileIndicators | null = null
  for await (const indicators of analyseIndicators(path, readingOf({ values }))) {
    signal.throwIfAborted()
    count++
    newest = indicators
    if (values.json === true && !(await lines.write(indicators))) return 0
  }
  await lines.end()
  if (newest && values.json !== true) process.stdout.write(drawIndicators(newest, count))
  return 0
}

const FILES = `--allow-gaps      go on where candles are missing; all gaps are counted

Files are CSV, JSON, Parquet or Feather of one instrument, plain, in gzip, zstd or a zip of one file; - is stdin. Columns are found by the
names that ccxt, freqtrade, exchanges, TradingView, CryptoDataDownload, Yahoo and others give them, or by their order where nothing names
them; times are epoch seconds to nanoseconds, ISO, dates and times of day. Oldest or newest first. What was understood is told on stderr.`

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
    options: { a: text, b: text, window: text, method: text, log: flag, lags: text, json: flag, 'allow-gaps': flag },
    run: runPair
  },
  {
    name: 'analyse indicators',
    summary: 'technical indicators of a file of candles',
    usage: INDICATORS_USAGE,
    options: { candles: text, json: flag, 'allow-gaps': flag },
    run: runIndicators
  }
]
