import type { Instrument } from '../../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../../market/interval.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange } from '../../exchange.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { assetClass, pairName } from '../names.ts'
import { rowsOf } from './result.ts'

const MAX = 720

/** The newest 720, whatever is asked; those that open before `from` are left out. `since` is exclusive, and in whole seconds. */
const page = (of: Instrument, interval: Interval, from: EpochMs | null): RestRequest => ({
  path: `/0/public/OHLC?pair=${pairName(of)}&interval=${INTERVAL_MS[interval] / 60_000}${from === null ? '' : `&since=${Math.ceil(from / 1_000) - 1}`}${assetClass(of)}`,
  cost: 1
})

/** https://docs.kraken.com/api/docs/rest-api/get-ohlc-data */
export const krakenKlines = {
  stream: null,
  intervals: ['1m', '5m', '15m', '1h', '1d'],
  perPage: MAX,
  page,
  decodePage: body => ({ klines: rowsOf(body).flatMap(() => []), odd: [] })
} satisfies Exchange['klines']
