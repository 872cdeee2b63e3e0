import { OBV } from 'trading-signals'
import { obv } from '../../../src/analyze/indicator/obv.ts'
import { indicatorContract } from '../../contract/indicator-contract.ts'
import { exactSum, steps } from '../../support/plain-indicators.ts'

indicatorContract('OBV', {
  indicator: obv(),
  input: candle => candle,
  figures: value => [value],
  warm: 1,
  definition: candles => {
    const changes = steps(candles.map(({ close }) => close))
    return [exactSum(changes.map((change, at) => Math.sign(change) * candles[at + 1]!.volume))]
  },
  reference: () => {
    const reference = new OBV(2)
    return candle => [reference.update({ ...candle, open: candle.close }, false)]
  },
  flat: [0]
})
