import { describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { DAY, trade } from '../support/market.ts'

const { processor, state: codec } = aggregate({
  intervals: ['1s', '5s', '1m'],
  gapHoldMs: 10_000,
  revisionHorizonMs: 60_000
})
const KEY = 'binance:BTC/USDT'

const folded = (ticks: readonly Tick[], from = processor.init(KEY)) =>
  ticks.reduce((state, tick) => processor.step(state, tick).state, from)

const shown = (state: ReturnType<typeof folded>): readonly string[] =>
  (processor.current?.(state) ?? []).map(
    (candle: Candle) =>
      `${candle.interval} +${(candle.openTime - DAY) / 1000}s ${candle.final} r${candle.revision} ${candle.status} ${candle.tradeCount}`
  )

/** The same state as it comes back from its stored parts. */
const restored = (state: ReturnType<typeof folded>) =>
  codec.restore(
    KEY,
    new Map(codec.changes(state).flatMap(part => (part.value === null ? [] : [[part.name, part.value] as const])))
  )

const ticks = [trade(1, DAY), trade(2, DAY + 1_100), trade(3, DAY + 6_200), trade(4, DAY + 6_300)]

describe('open candles', () => {
  test('hold what their open fine windows hold so far, in every interval', () => {
    expect(shown(folded(ticks))).toEqual([
      '1s +6s false r0 traded 2',
      '5s +5s false r0 traded 2',
      '1m +0s false r0 partial 4'
    ])
  })

  test('are shown again only when they have changed', () => {
    const state = folded(ticks)
    expect(shown(state).length).toBe(3)
    expect(shown(state)).toEqual([])
    expect(shown(folded([trade(5, DAY + 6_400)], state))).toEqual([
      '1s +6s false r0 traded 3',
      '5s +5s false r0 traded 3',
      '1m +0s false r0 partial 5'
    ])
  })

  test('are the same after a restore', () => {
    expect(shown(restored(folded(ticks)))).toEqual(shown(folded(ticks)))
  })

  test('behind a hole are shown with what has come, as a gap', () => {
    expect(shown(folded([...ticks, trade(7, DAY + 6_900)]))).toContain('1s +6s false r0 gap 3')
  })
})
