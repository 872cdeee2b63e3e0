import { BollingerBands } from 'trading-signals'
import { bollinger } from '../../../src/analyze/indicator/bollinger.ts'
import { indicatorContract } from '../../contract/indicator-contract.ts'
import { plainMean } from '../../support/plain-indicators.ts'

indicatorContract('Bollinger bands', {
  indicator: bollinger(20, 2),
  input: ({ close }) => close,
  figures: value => [value.upper, value.middle, value.lower],
  warm: 20,
  definition: candles => {
    const closes = candles.slice(-20).map(({ close }) => close)
    const middle = plainMean(closes)
    const deviation = Math.sqrt(plainMean(closes.map(close => (close - middle) ** 2)))
    return [middle + 2 * deviation, middle, middle - 2 * deviation]
  },
  reference: () => {
    const reference = new BollingerBands(20, 2)
    return ({ close }) => {
      const value = reference.update(close, false)
      return value && [value.upper, value.middle, value.lower]
    }
  },
  flat: [61_685.98, 61_685.98, 61_685.98]
})
