import { INTERVAL_MS } from '../../../market/interval.ts'
import type { Candle } from '../../../market/records/derived/candle.ts'
import { download } from '../../browser/download.ts'
import { getBlob } from '../../connect/api.ts'
import { type Places, shownSpan } from '../../view/in-view.ts'
import type { CandlesOf } from '../candle-feed.ts'

const MAX_ROWS = 5_000

/** Saves the candles that are on the screen, as the gateway writes them. */
export const saveCsv = async (of: CandlesOf, candles: readonly Candle[], places: Places | null): Promise<void> => {
  const span = shownSpan(candles, places ?? { from: 0, to: candles.length })
  if (!span) return
  const query = { ...of, from: span.from, to: span.to + INTERVAL_MS[of.interval], limit: MAX_ROWS }
  const body = await getBlob('/api/v1/candles.csv', query)
  download(`${of.exchange}-${of.symbol.replace('/', '-')}-${of.interval}.csv`, body)
}
