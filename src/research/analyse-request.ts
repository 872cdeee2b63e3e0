import { PAIR_METHODS } from '../market/records/derived/pair-stats.ts'
import {
  choiceFlag,
  type Flags,
  isOn,
  neededFlag,
  numberFlag,
  type OptionValues,
  refuseProblems,
  textFlag
} from '../runtime/flags.ts'
import type { PairRequest } from './analyse-pair.ts'

/** Candles in a window where nothing is said. */
export const DEFAULT_WINDOW = 500

/** Reads the options of `analyse pair`. Throws one `TS-CONFIG` that lists everything wrong with them. */
export const parseAnalysePair = (values: OptionValues): PairRequest => {
  const flags: Flags = { values, problems: [] }
  const a = neededFlag(flags, 'a', 'name the file of candles of the first instrument, or - for stdin')
  const b = neededFlag(flags, 'b', 'name the file of candles of the second instrument, or - for stdin')
  if (a === '-' && b === '-') flags.problems.push('--a - and --b -: one of them can be stdin, not both')
  const request = {
    a,
    b,
    window: numberFlag(flags, 'window', DEFAULT_WINDOW, { least: 3, whole: true }),
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
