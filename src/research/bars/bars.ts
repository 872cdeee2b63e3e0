import type { Bar } from '../../analyze/backtest/bar.ts'
import type { Interval } from '../../market/interval.ts'
import type { Pair } from '../../market/pair.ts'
import type { EpochMs } from '../../market/time.ts'

/** Where candles come from. */
export type BarSource =
  | { readonly kind: 'files'; readonly a: string; readonly b: string }
  | { readonly kind: 'postgres' | 'topic'; readonly pair: Pair; readonly interval: Interval }

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
