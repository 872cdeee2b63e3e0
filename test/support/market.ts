import type { MinuteKline } from '../../src/aggregate/aggregate.ts'
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

/** A heartbeat of an exchange where no number proves a feed whole. */
export const unprovenHeartbeat = (time: number): Heartbeat => ({ ...heartbeat(0, time), lastId: null })

/** The exchange's own candle of a minute, as the aggregator takes it. */
export const minuteKline = (openTime: number, totals: Partial<MinuteKline>): MinuteKline => ({
  kind: 'kline',
  exchange: 'binance',
  symbol: 'BTC/USDT',
  interval: '1m',
  openTime: epochMs(openTime),
  closeTime: epochMs(openTime + 60_000),
  open: '100',
  high: '100',
  low: '100',
  close: '100',
  volume: '0',
  quoteVolume: null,
  tradeCount: null,
  takerBuyVolume: null,
  takerBuyQuoteVolume: null,
  ...totals
})
