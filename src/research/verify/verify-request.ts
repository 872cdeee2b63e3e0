import { TickstreamError } from '../../market/error.ts'
import { INTERVAL_MS, INTERVALS, type Interval } from '../../market/interval.ts'
import { type EpochMs, epochMs, iso } from '../../market/time.ts'
import { choiceFlag, type Flags, isOn, refuseProblems } from '../../runtime/flags.ts'
import { type TimeRange, timeRangeFlags } from '../time-range-flags.ts'

/** What `verify` was asked for: windows that lie wholly inside `from` and `to`. */
export type VerifyRequest = TimeRange & { readonly interval: Interval; readonly isJson: boolean }

/** Reads the arguments of `verify`. Throws one `TS-CONFIG` that lists everything wrong with them. */
export const parseVerify = (values: Flags['values']): VerifyRequest => {
  const flags: Flags = { values, problems: [] }
  const interval = choiceFlag(flags, 'interval', INTERVALS, '1m')
  const timeRange = timeRangeFlags(flags)
  if (timeRange) checkInterval(flags, timeRange, interval)
  const [from, to] = timeRange ? wholeWindows(timeRange, interval) : []
  if (from !== undefined && to !== undefined && from >= to)
    flags.problems.push(`--from, --to: no whole window of ${interval} lies between them`)
  refuseProblems(flags, 'verify')
  return { ...timeRange!, from: from!, to: to!, interval, isJson: isOn(flags, 'json') }
}

const checkInterval = (flags: Flags, { exchange }: TimeRange, interval: Interval): void => {
  const { intervals } = exchange.klines
  if (!intervals.includes(interval))
    flags.problems.push(`--interval ${interval}: ${exchange.id} makes candles of ${intervals.join(', ')}`)
}

const wholeWindows = ({ from, to }: TimeRange, interval: Interval): readonly [EpochMs, EpochMs] => {
  const lengthMs = INTERVAL_MS[interval]
  return [epochMs(Math.ceil(from / lengthMs) * lengthMs), epochMs(Math.floor(to / lengthMs) * lengthMs)]
}

/** How long after its end a window may take to be final here and at the exchange. */
const SETTLED_MS = 10_000

/** The same request up to the newest window that has closed. Throws `TS-CONFIG` when none has. */
export const upToNow = (request: VerifyRequest, now: EpochMs): VerifyRequest => {
  const [, closed] = wholeWindows({ ...request, to: epochMs(now - SETTLED_MS) }, request.interval)
  if (request.from >= closed)
    throw new TickstreamError(
      'TS-CONFIG',
      `verify cannot begin:\n  --from ${iso(request.from)}: no candle of ${request.interval} has closed since then`
    )
  return { ...request, to: epochMs(Math.min(request.to, closed)) }
}
