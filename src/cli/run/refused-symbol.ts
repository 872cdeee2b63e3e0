import { refusalKind } from '../../ingest/transport/refusal.ts'
import { TickstreamError } from '../../market/error.ts'
import type { TimeRange } from '../../research/time-range-flags.ts'

/** What an exchange's refusal of a symbol means for whoever typed it; any other error stays as it is. */
export const refusedSymbol = (error: unknown, { instrument }: Pick<TimeRange, 'instrument'>): unknown =>
  refusalKind(error) === 'unknown-symbol'
    ? new TickstreamError(
        'TS-CONFIG',
        `--symbol ${instrument.exchange}:${instrument.symbol}: ${instrument.exchange} has no such instrument`,
        {
          cause: error
        }
      )
    : error
