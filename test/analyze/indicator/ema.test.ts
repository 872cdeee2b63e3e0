import { EMA } from 'trading-signals'
import { ema } from '../../../src/analyze/indicator/ema.ts'
import { indicatorContract } from '../../contract/indicator-contract.ts'
import { plainEma } from '../../support/plain-indicators.ts'

indicatorContract('EMA', {
  indicator: ema(20),
  input: ({ close }) => close,
  figures: value => [value],
  warm: 20,
  definition: candles => [
    plainEma(
      candles.map(({ close }) => close),
      20
    ).at(-1)!
  ],
  // It is seeded by the first price alone.
  agreesFrom: 300,
  reference: () => {
    const reference = new EMA(20)
    return ({ close }) => [reference.update(close, false)]
  },
  flat: [61_685.98]
})
