import { TickstreamError } from '../../market/error.ts'
import type { Stretch } from '../../research/time-range-flags.ts'

const UNKNOWN = /"code":-1121\b/

/** What an exchange's refusal of a symbol means for whoever typed it; any other error stays as it is. */
export const refusedSymbol = (error: unknown, { of }: Pick<Stretch, 'of'>): unknown =>
  error instanceof TickstreamError && UNKNOWN.test(error.message)
    ? new TickstreamError('config', `--symbol ${of.exchange}:${of.symbol}: ${of.exchange} has no such instrument`, {
        cause: error
      })
    : error
