import { expect, test } from '@jest/globals'
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
    return [exactSum(changes.map((change, at) => Math.sign(change) * Number(candles[at + 1]!.volume)))]
  },
  reference: () => {
    const reference = new OBV(2)
    return candle => [reference.update({ ...candle, open: candle.close, volume: Number(candle.volume) }, false)]
  },
  flat: [0]
})

test('OBV begins behind candles that do not tell their volume', () => {
  const { init, add, value } = obv()
  const untold = add(add(init(), { close: 1, volume: null }), { close: 2, volume: null })
  expect(value(untold)).toBeNull()
  const begun = add(untold, { close: 1, volume: 7 })
  expect([value(begun), value(add(begun, { close: 3, volume: 5 }))]).toEqual([0, 5])
})
