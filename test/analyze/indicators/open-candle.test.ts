import { describe, expect, test } from '@jest/globals'
import { analyzeIndicators } from '../../../src/analyze/analyze-indicators.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import { candleWalk } from '../../support/candle-walk.ts'
import { figureCandle } from '../../support/figure-candles.ts'

const { processor } = analyzeIndicators()
const walk = candleWalk(22, 80)
const finals = walk.map(figures => figureCandle(figures))
const open = (n: number, more: Partial<Candle> = {}): Candle => figureCandle(walk[n]!, { final: false, ...more })

/** A series that has seen these candles, and how to go on. */
const seriesAfter = (candles: readonly Candle[]) => {
  let state = processor.init('binance:BTC/USDT')
  const take = (candle: Candle) => {
    const step = processor.step(state, candle)
    state = step.state
    return step.emit
  }
  for (const candle of candles) take(candle)
  return { take, shown: () => processor.current?.(state) ?? [] }
}

describe('the open candle', () => {
  test('has the figures that it would have if it closed now, as long as it is open', () => {
    const { take, shown } = seriesAfter([...finals.slice(0, 60), open(60, { close: '7' }), open(60)])
    const [now, ...others] = shown()
    expect(others).toEqual([])
    expect(now).toMatchObject({ openTime: walk[60]?.openTime, final: false, revision: 0 })
    expect(take(finals[60]!)).toEqual([{ ...now, final: true }])
    expect(shown()).toEqual([])
  })

  test('is shown once a change', () => {
    const { take, shown } = seriesAfter([...finals.slice(0, 60), open(60)])
    expect(shown().length).toBe(1)
    expect(shown()).toEqual([])
    expect(take(open(60, { close: '7' }))).toEqual([])
    expect(shown()).toMatchObject([{ final: false }])
  })

  test('changes nothing of what is final', () => {
    const { take } = seriesAfter([...finals.slice(0, 60), open(60, { close: '7' })])
    expect(take(finals[60]!)).toEqual(seriesAfter(finals.slice(0, 60)).take(finals[60]!))
  })

  test('is not shown before the candles before it have closed, nor after it has closed itself', () => {
    expect(seriesAfter([...finals.slice(0, 60), open(61)]).shown()).toEqual([])
    expect(seriesAfter([...finals.slice(0, 60), open(59)]).shown()).toEqual([])
    expect(seriesAfter([open(0)]).shown()).toEqual([])
  })
})
