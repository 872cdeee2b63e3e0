import { expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { candles, rawTicks } from '../../src/topics.ts'
import before from './state-of-before.json' with { type: 'json' }

const { processor, state: codec } = aggregate({
  intervals: ['30s', '1m', '5m'],
  gapHoldMs: 3_000,
  revisionHorizonMs: 120_000
})

test('a state that a release before `matched` wrote goes on to the same bytes, whatever stood in it', () => {
  expect(codec.version).toBe(before.version)
  const state = codec.restore('binance:BTC/USDT', new Map(Object.entries(before.parts)))
  const ticks = before.records.map(text => rawTicks.codec.decode(Buffer.from(text)))
  const finals = ticks.flatMap(tick => processor.step(state, tick).emit)
  expect(finals.map(candle => candles[candle.interval].codec.encode(candle))).toEqual(before.finals)
})
