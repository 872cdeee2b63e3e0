import { expect, test } from '@jest/globals'
import { epochMs } from '../../src/market/time.ts'
import { DAY } from '../support/market.ts'
import { type Print, printMarket } from './exchange/market.ts'
import { createRandom } from './world/random.ts'

const RESET = { atMs: 40_000, pauseMs: 3_000 }
/** Longer than silence, an outage and another one behind it keep a feed from its stream. */
const DEAF_MS = 35_000

const marketOf = (seed: number): readonly Print[] =>
  printMarket('BTC/USDT', epochMs(DAY), 100_000, [RESET], createRandom(seed)).trades

test('a feed that was kept from its stream while ids began anew sees none of the new ones above its last', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const trades = marketOf(seed)
    const old = trades.filter(({ chain }) => chain === 0)
    const isSeenAbove = ({ id, chain, sentAtMs }: Print): boolean => {
      const last = old.findLast(print => print.sentAtMs < sentAtMs - DEAF_MS)
      return chain === 1 && sentAtMs < RESET.atMs + DEAF_MS && last !== undefined && Number(id) > Number(last.id)
    }
    expect({ seed, above: trades.filter(isSeenAbove) }).toEqual({ seed, above: [] })
  }
})

test('and the same ids name other trades, and most markets come past the old ones', () => {
  const markets = Array.from({ length: 100 }, (_, seed) => marketOf(seed))
  const isPassed = (trades: readonly Print[]): boolean => {
    const last = Number(trades.findLast(({ chain }) => chain === 0)?.id)
    return trades.some(({ id, chain }) => chain === 1 && Number(id) > last)
  }
  expect(markets.filter(isPassed).length).toBeGreaterThan(50)
  for (const trades of markets) expect(new Set(trades.map(({ id }) => id)).size).toBeLessThan(trades.length)
})
