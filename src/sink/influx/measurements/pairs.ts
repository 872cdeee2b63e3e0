import { INTERVAL_MS } from '../../../market/interval.ts'
import { PAIR_FIGURES } from '../../../market/records/derived/pair-stats.ts'
import { epochMs } from '../../../market/time.ts'
import { pairs as topic } from '../../../topics.ts'
import { measurement } from './measurement.ts'
import { snakeFigures } from './snake-figures.ts'

/** The statistics of pairs; what is corrected comes later, and takes the place of what was there. */
export const pairs = measurement({
  name: 'pairs',
  topics: [topic],
  tags: ({ a, b, interval, window, method }) => ({ a, b, interval, window: String(window), method }),
  time: stats => stats.openTime,
  completedAt: stats => epochMs(stats.openTime + INTERVAL_MS[stats.interval]),
  rank: () => 0,
  floats: snakeFigures(PAIR_FIGURES),
  flags: ({ cointegrated }) => ({ cointegrated })
})
