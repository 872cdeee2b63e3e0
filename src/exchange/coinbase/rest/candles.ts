import type { Instrument } from '../../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../../market/interval.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange } from '../../exchange.ts'
import { fail } from '../../fields.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { productPath } from '../product-id.ts'

const MAX = 300

/** Both ends are inclusive there, and no further apart than a page is long. */
const page = (of: Instrument, interval: Interval, from: EpochMs | null, to: EpochMs, limit: number): RestRequest => {
  const lengthMs = INTERVAL_MS[interval]
  const windows = Math.min(limit, MAX)
  const start = from ?? to - windows * lengthMs
  const end = Math.min(to, start + windows * lengthMs) - lengthMs
  return {
    path: `${productPath(of)}/candles?granularity=${lengthMs / 1_000}&start=${start / 1_000}&end=${end / 1_000}`,
    cost: 1
  }
}

/** https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-candles */
export const coinbaseCandles = {
  stream: null,
  intervals: ['1m', '5m', '15m', '1h', '1d'],
  perPage: MAX,
  page,
  decodePage: (body, of) =>
    Array.isArray(body) ? { klines: [], odd: [] } : fail(`candles of ${of.symbol}`, body, 'a list')
} satisfies Exchange['klines']
