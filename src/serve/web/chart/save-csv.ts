import type { Candle } from '../../../market/candle.ts'
import { INTERVAL_MS } from '../../../market/interval.ts'
import { download } from '../browser/download.ts'
import { getBlob } from '../connect/api.ts'
import type { Places } from '../view/in-view.ts'
import type { CandlesOf } from './candle-feed.ts'

const MOST_ROWS = 5_000

/** Saves the candles that are on the screen, as the gateway writes them. */
export const saveCsv = async (of: CandlesOf, candles: readonly Candle[], places: Places | null): Promise<void> => {
  const place = (n: number): number => Math.min(candles.length - 1, Math.max(0, n))
  const first = candles[place(Math.ceil(places?.from ?? 0))]
  const last = candles[place(Math.floor(places?.to ?? candles.length))]
  if (!first || !last) return
  const query = { ...of, from: first.openTime, to: last.openTime + INTERVAL_MS[of.interval], limit: MOST_ROWS }
  const body = await getBlob('/api/v1/candles.csv', query)
  download(`${of.exchange}-${of.symbol.replace('/', '-')}-${of.interval}.csv`, body)
}
