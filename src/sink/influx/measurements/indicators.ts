import { INTERVAL_MS } from '../../../market/interval.ts'
import { INDICATOR_FIGURES } from '../../../market/records/derived/indicators.ts'
import { epochMs } from '../../../market/time.ts'
import { indicators as topic } from '../../../topics.ts'
import { measurement } from './measurement.ts'
import { snakeFigures } from './snake-figures.ts'

/** The technical indicators of candles, those of open ones too. */
export const indicators = measurement({
  name: 'indicators',
  topics: [topic],
  tags: ({ exchange, symbol, interval }) => ({ exchange, symbol, interval }),
  time: of => of.openTime,
  completedAt: of => (of.final ? epochMs(of.openTime + INTERVAL_MS[of.interval]) : null),
  rank: of => of.revision * 2 + (of.final ? 1 : 0),
  floats: snakeFigures(INDICATOR_FIGURES),
  counts: of => ({ revision: of.revision }),
  flags: of => ({ final: of.final })
})
