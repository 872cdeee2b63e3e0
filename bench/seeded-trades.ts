import type { Heartbeat, Trade } from '../src/market/records/feed/trade.ts'
import { epochMs } from '../src/market/time.ts'
import { seeded } from '../test/support/seeded.ts'

export type MarketPlan = {
  readonly trades: number
  readonly symbols: number
  readonly minutes: number
  readonly seed: number
}

/** 2024-08-08T12:00:00Z */
const START = 1_723_118_400_000

const canonical = (n: number, decimals: number): string => (n / 10 ** decimals).toFixed(decimals).replace(/\.?0+$/, '')

/** Trades of all symbols in time order, ids consecutive per symbol, and a heartbeat a symbol at the end of the last minute. */
export function* seededTicks({ trades, symbols, minutes, seed }: MarketPlan): Generator<Trade | Heartbeat> {
  const random = seeded(seed)
  const span = minutes * 60_000
  const state = Array.from({ length: symbols }, (_, n) => ({
    symbol: `S${n}/USDT`,
    id: 1_000_000 * (n + 1),
    cents: 10_000 + n * 5_000
  }))
  for (let n = 0; n < trades; n++) {
    const of = state[n % symbols]!
    const time = epochMs(START + Math.floor(((n + random()) / trades) * (span - 1)))
    of.cents = Math.max(100, of.cents + Math.floor(random() * 21) - 10)
    of.id++
    yield {
      exchange: 'bench',
      symbol: of.symbol,
      id: String(of.id),
      price: canonical(of.cents, 2),
      quantity: canonical(1 + Math.floor(random() * 200_000), 5),
      time,
      receivedAt: epochMs(time + 7),
      side: random() < 0.5 ? 'buy' : 'sell',
      via: 'stream'
    }
  }
  for (const { symbol, id } of state) {
    yield {
      kind: 'heartbeat',
      exchange: 'bench',
      symbol,
      time: epochMs(START + span),
      lastId: String(id),
      receivedAt: epochMs(START + span + 7)
    }
  }
}
