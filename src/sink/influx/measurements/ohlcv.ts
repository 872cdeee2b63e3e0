import { epochOf } from '../../../market/epoch.ts'
import { candles } from '../../../topics.ts'
import { measurement } from './measurement.ts'

/** Candles, the open ones too: a final takes the place of what was seen while it formed, a revision that of the final. */
export const ohlcv = measurement({
  name: 'ohlcv',
  topics: Object.values(candles),
  tags: ({ exchange, symbol, interval }) => ({ exchange, symbol, interval }),
  time: candle => candle.openTime,
  completedAt: candle => (candle.final ? candle.closeTime : null),
  rank: candle => candle.revision * 2 + (candle.final ? 1 : 0),
  floats: candle => ({
    open: candle.open,
    high: candle.high,
    low: candle.low,
    close: candle.close,
    volume: candle.volume,
    quote_volume: candle.quoteVolume,
    taker_buy_volume: candle.takerBuyVolume
  }),
  // A field, always there: as a tag a window would be two points, and left out, that of the point before would stay.
  counts: candle => ({ trade_count: candle.tradeCount, revision: candle.revision, epoch: epochOf(candle) }),
  flags: candle => ({ final: candle.final })
})
