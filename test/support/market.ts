import type { Heartbeat, Tick, Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'

/** 2024-08-09T00:00:00Z, the start of a day. */
export const DAY = 1_723_161_600_000

export const trade = (id: number, time: number, more: Partial<Trade> = {}): Trade => ({
  exchange: 'binance',
  symbol: 'BTC/USDT',
  id: String(id),
  price: '100',
  quantity: '1',
  time: epochMs(time),
  receivedAt: epochMs(time + 5),
  side: 'buy',
  via: 'stream',
  ...more
})

export const heartbeat = (lastId: number, time: number): Heartbeat => ({
  kind: 'heartbeat',
  exchange: 'binance',
  symbol: 'BTC/USDT',
  time: epochMs(time),
  lastId: String(lastId),
  receivedAt: epochMs(time + 5)
})

export const lost = (fromId: number, toId: number, time: number): Tick => ({
  kind: 'gap',
  exchange: 'binance',
  symbol: 'BTC/USDT',
  fromId: String(fromId),
  toId: String(toId),
  time: epochMs(time),
  receivedAt: epochMs(time + 5)
})
