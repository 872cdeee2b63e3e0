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
  time: indicators => indicators.openTime,
  completedAt: indicators =>
    indicators.final ? epochMs(indicators.openTime + INTERVAL_MS[indicators.interval]) : null,
  rank: indicators => indicators.revision * 2 + (indicators.final ? 1 : 0),
  floats: snakeFigures(INDICATOR_FIGURES),
  counts: indicators => ({ revision: indicators.revision }),
  flags: indicators => ({ final: indicators.final })
})
