import { ATR } from 'trading-signals'
import { atr } from '../../../src/analyze/indicator/atr.ts'
import { indicatorContract } from '../../contract/indicator-contract.ts'
import { plainWilder } from '../../support/plain-indicators.ts'

indicatorContract('ATR', {
  indicator: atr(14),
  input: candle => candle,
  figures: value => [value],
  warm: 15,
  definition: candles => {
    const ranges = candles.slice(1).map(({ high, low }, at) => {
      const { close } = candles[at]!
      return Math.max(high - low, Math.abs(high - close), Math.abs(low - close))
    })
    return [plainWilder(ranges, 14).at(-1)!]
  },
  // It counts the first candle, which has no close before it, by its height.
  agreesFrom: 500,
  reference: () => {
    const reference = new ATR(14)
    return candle => [reference.update(candle, false)]
  },
  flat: [0]
})
