import type { Candle } from '../../src/market/records/derived/candle.ts'
import { epochMs } from '../../src/market/time.ts'

const OPEN_TIME = 1_723_161_540_000

/** A final 1m candle, the `n`th after a fixed one. */
export const candleAt = (n: number, more: Partial<Candle> = {}): Candle => ({
  exchange: 'binance',
  symbol: 'BTC/USDT',
  interval: '1m',
  openTime: epochMs(OPEN_TIME + n * 60_000),
  closeTime: epochMs(OPEN_TIME + (n + 1) * 60_000),
  open: '61685.98',
  high: '61720',
  low: '61680.5',
  close: '61685.99',
  volume: '12.34567',
  quoteVolume: '761543.1203987',
  tradeCount: 10,
  takerBuyVolume: '6.1',
  takerBuyQuoteVolume: '376300.02',
  firstTradeId: String(1_000 + n * 10),
  lastTradeId: String(1_009 + n * 10),
  revision: 0,
  final: true,
  status: 'traded',
  ...more
})
