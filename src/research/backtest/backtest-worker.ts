import { workerData } from 'node:worker_threads'
import { systemClock as clock } from '../../runtime/clock.ts'
import { reply } from '../../runtime/worker/worker-reply.ts'
import { barsFromPostgres } from '../bars/bars-from-postgres.ts'
import { type BacktestReport, reportBacktest, reportJson } from './backtest-report.ts'
import { parseBacktest } from './backtest-request.ts'
import { type BacktestTask, pairOf } from './run-backtest.ts'

const answerOf = (report: BacktestReport): object => ({
  report: JSON.parse(reportJson(report)),
  equity: report.backtest.equity.map(({ openTime, equity, side, score }) => ({
    time: openTime,
    value: equity,
    side,
    score
  })),
  trades: report.backtest.trades
})

const { url, asked, mostCandles } = workerData as BacktestTask
// Nobody but the end of this thread stops it.
const { signal } = new AbortController()

await reply(async () => {
  const request = parseBacktest(asked)
  const bars = await barsFromPostgres(url, pairOf(request), request, signal, mostCandles)
  return answerOf(await reportBacktest(request, bars, clock, signal))
})
