import { EMA, MACD } from 'trading-signals'
import { macd } from '../../../src/analyze/indicator/macd.ts'
import { indicatorContract } from '../../contract/indicator-contract.ts'
import { plainEma } from '../../support/plain-indicators.ts'

indicatorContract('MACD', {
  indicator: macd(12, 26, 9),
  input: ({ close }) => close,
  figures: value => [value.macd, value.signal, value.histogram],
  warm: 26,
  whole: 34,
  definition: candles => {
    const closes = candles.map(({ close }) => close)
    const fast = plainEma(closes, 12).slice(14)
    const line = plainEma(closes, 26).map((slow, at) => fast[at]! - slow)
    const signal = plainEma(line, 9).at(-1)!
    return [line.at(-1)!, signal, line.at(-1)! - signal]
  },
  // Its means are seeded by the first price alone.
  agreesFrom: 600,
  reference: () => {
    const reference = new MACD(new EMA(12), new EMA(26), new EMA(9))
    return ({ close }) => {
      const value = reference.update(close, false)
      return value && [value.macd, value.signal, value.histogram]
    }
  },
  flat: [0, 0, 0]
})
