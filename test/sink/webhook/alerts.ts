import type { Alert } from '../../../src/market/records/alert/alert.ts'
import { epochMs } from '../../../src/market/time.ts'
import type { Received } from '../../../src/stream/sink.ts'

export const alertOf = (n: number, more: Partial<Alert> = {}): Alert => ({
  id: `price-btc:binance:BTC/USDT:${1_723_161_600_000 + n}`,
  rule: 'price-btc',
  kind: 'price',
  priority: 'high',
  instrument: 'binance:BTC/USDT',
  time: epochMs(1_723_161_600_000 + n),
  value: 61_686.5,
  threshold: 61_000,
  state: 'firing',
  message: 'binance:BTC/USDT: price 61686.5 is above 61000',
  ...more
})

/** A value as it was read from offset `n`. */
export const receivedAs = <T>(value: T, n = 0): Received<T> => ({
  value,
  record: {
    topic: 'alerts',
    partition: 1,
    offset: String(n),
    timestamp: epochMs(1_723_161_600_000),
    key: null,
    value: null,
    headers: {}
  }
})
