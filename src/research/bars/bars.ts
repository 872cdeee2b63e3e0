import type { Bar } from '../../analyze/backtest/bar.ts'
import type { EpochMs } from '../../market/time.ts'

/** Candles of both instruments at the times that both have, oldest first. */
export type Bars = {
  readonly a: string
  readonly b: string
  readonly intervalMs: number
  readonly bars: readonly Bar[]
}

/** Open times `[from, to)`; null where left open. */
export type Span = { readonly from: EpochMs | null; readonly to: EpochMs | null }

export const isWithin = ({ from, to }: Span, openTime: number): boolean =>
  (from === null || openTime >= from) && (to === null || openTime < to)
