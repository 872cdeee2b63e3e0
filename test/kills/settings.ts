import { candles } from '../../src/topics.ts'

/** How the candles of a run are built: short intervals, so that much closes, and short patience, so that much is revised. */
export const OPTIONS = { intervals: ['1s', '5s', '1m'], gapHoldMs: 3_000, revisionHorizonMs: 600_000 } as const

/** The same, as settings of a stage. */
export const SETTINGS = {
  INTERVALS: OPTIONS.intervals.join(','),
  GAP_HOLD_MS: String(OPTIONS.gapHoldMs),
  REVISION_HORIZON: '10m'
}

/** Topics that a run publishes candles to, without the prefix. */
export const FINAL_TOPICS = OPTIONS.intervals.map(interval => candles[interval].name)
