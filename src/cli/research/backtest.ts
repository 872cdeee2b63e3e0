import { writeFile } from 'node:fs/promises'
import { PAIR_METHODS } from '../../market/records/derived/pair-stats.ts'
import { drawReport, reportBacktest, reportJson } from '../../research/backtest/backtest-report.ts'
import { DEFAULTS, parseBacktest } from '../../research/backtest/backtest-request.ts'
import { equityCsv, tradesCsv } from '../../research/backtest/backtest-tables.ts'
import { readBars } from '../../research/backtest/read-bars.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { makeRoom, refusedFile } from '../../runtime/output-file.ts'
import type { Command, Context } from '../run/command.ts'

type Given = Context['values'][string]

const prepare = async (path: Given): Promise<void> => {
  if (typeof path === 'string') await makeRoom(path)
}

const save = async (path: Given, text: () => string): Promise<void> => {
  if (typeof path !== 'string') return
  try {
    await writeFile(path, text())
  } catch (cause) {
    throw refusedFile(path, cause)
  }
}

const run = async (context: Context): Promise<number> => {
  const { values } = context
  const request = parseBacktest(values)
  await prepare(values.trades)
  await prepare(values.equity)
  const bars = await readBars(context, request)
  const report = await reportBacktest(request, bars, clock, context.signal)
  await save(values.trades, () => tradesCsv(report.backtest))
  await save(values.equity, () => equityCsv(report.backtest))
  process.stdout.write(values.json === true ? `${reportJson(report)}\n` : drawReport(report))
  return 0
}

const USAGE = `--pair A~B            as binance:BTC/USDT~binance:ETH/USDT; its final candles are read from PostgreSQL
--interval 1m         of its candles
--from, --to          times as 2024-08-09T00:00:00Z; all that there is when left out
--from-topic          read the topic ohlcv_<interval> instead, as it stands now
--a-csv A --b-csv B   read two files of candles instead (see analyse pair --help); --pair and --interval may be left out
--allow-gaps          of files: go on where candles are missing; all gaps are counted
--method M            ${PAIR_METHODS.join(', ')} (default: ols)
--window N            candles that a score is judged among (default: ${DEFAULTS.window})
--log                 hedge logarithms of prices
--walk-forward        fit line, mean and deviation on a window, then trade what comes after it, and fit again
--refit-every N       … after so many candles (default: the window)
--entry Z             trade the spread at so many deviations (default: ${DEFAULTS.entry})
--exit Z              give it back within so many (default: ${DEFAULTS.exit})
--stop Z              give it up at so many (default: ${DEFAULTS.stop}), until it is back within the entry
--fee-bps F           of each fill (default: ${DEFAULTS.feeBps})
--slippage-bps S      by which each fill is worse than the price (default: ${DEFAULTS.slippageBps})
--capital C           worth of both legs at the beginning of each trade, in quote currency (default: ${DEFAULTS.capital})
--seed N              shuffles the candles for the line of comparison (default: ${DEFAULTS.seed})
--trades FILE.csv     every trade, its fills and its profit
--equity FILE.csv     what the account was worth at every close
--json                the report as one JSON object

A score at the close of a candle is traded at the open of the next, both legs by beta; what stands open at the end is closed there.
Sharpe is of profits a candle, times the root of candles in 365 days, without interest.`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

export const command: Command = {
  name: 'backtest',
  summary: 'trade the spread of a pair over recorded candles, with fees and slippage',
  usage: USAGE,
  options: {
    pair: text,
    interval: text,
    from: text,
    to: text,
    'from-topic': flag,
    'a-csv': text,
    'b-csv': text,
    'allow-gaps': flag,
    method: text,
    window: text,
    log: flag,
    'walk-forward': flag,
    'refit-every': text,
    entry: text,
    exit: text,
    stop: text,
    'fee-bps': text,
    'slippage-bps': text,
    capital: text,
    seed: text,
    trades: text,
    equity: text,
    json: flag
  },
  run
}
