import { TickstreamError } from '../../market/error.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { type BacktestReport, reportBacktest, reportJson } from '../research/backtest-report.ts'
import { parseBacktest } from '../research/backtest-request.ts'
import { barsFromPostgres } from '../research/bars-from-postgres.ts'

/** More candles than this would keep a gateway busy for minutes; the command takes any number. */
const MOST_CANDLES = 50_000

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

/** The command `backtest` for the gateway: the same options by the same names, over the candles of a database. */
export const runBacktest =
  (url: string) =>
  async (asked: Readonly<Record<string, string | boolean>>, signal: AbortSignal): Promise<object> => {
    const request = parseBacktest(asked)
    const { source } = request
    if (source.kind !== 'postgres') throw new TickstreamError('config', 'name the pair as A~B')
    const bars = await barsFromPostgres(url, source, request, signal)
    if (bars.bars.length > MOST_CANDLES)
      throw new TickstreamError(
        'config',
        `${bars.bars.length} candles are more than the ${MOST_CANDLES} that are taken here; narrow from and to, take a wider interval, or run \`tickstream backtest\``
      )
    return answerOf(await reportBacktest(request, bars, clock, signal))
  }
