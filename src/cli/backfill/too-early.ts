import type { Counted } from '../../aggregate/state/counted.ts'
import { TickstreamError } from '../../market/error.ts'
import { iso, type TimeRange, typed } from '../../research/time-range-flags.ts'

const PREFIX = 'history-'

/**
 * Refuses trades from before a symbol's first one, once windows have been forgotten: each would be a dead letter and change nothing.
 * Says how candles of that time are built.
 */
export const refuseTooEarly = (timeRange: TimeRange, fromId: number, counted: Counted | null): void => {
  if (counted === null || counted.takesEarlier || fromId >= counted.firstId) return
  const { exchange, symbol } = timeRange.of
  const own = `TOPIC_PREFIX=${PREFIX}`
  throw new TickstreamError(
    'TS-CONFIG',
    [
      `backfill cannot begin:`,
      `  the candles of ${exchange}:${symbol} begin with trade ${counted.firstId} of ${iso(counted.firstTime)}, and that can no longer be changed.`,
      `  From there on holes can be filled: --from ${iso(counted.firstTime)}. What is older is built beside the running candles, under a prefix of its own:`,
      `    ${own} tickstream topics apply`,
      `    ${own} tickstream backfill ${typed(timeRange)}`,
      `    ${own} tickstream aggregate`,
      `    ${own} tickstream sink postgres    # into the same tables: windows that stand there already stay as they are`
    ].join('\n')
  )
}
