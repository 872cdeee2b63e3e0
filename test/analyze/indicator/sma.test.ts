import { SMA } from 'trading-signals'
import { sma } from '../../../src/analyze/indicator/sma.ts'
import { indicatorContract } from '../../contract/indicator-contract.ts'

indicatorContract('SMA', {
  indicator: sma(20),
  input: ({ close }) => close,
  figures: value => [value],
  warm: 20,
  definition: candles => [candles.slice(-20).reduce((sum, { close }) => sum + close, 0) / 20],
  reference: () => {
    const reference = new SMA(20)
    return ({ close }) => [reference.update(close, false)]
  },
  flat: [61_685.98]
})
