import type { EpochMs } from '../../time.ts'
import { INSTRUMENT, type RecordTable, time } from '../fields.ts'

/** The newest 1m candle of the exchange that was published: those before it were as well, as far as the exchange had them. */
export type KlinePosition = { readonly exchange: string; readonly symbol: string; readonly openTime: EpochMs }

export const KLINE_POSITION: RecordTable<KlinePosition> = {
  name: 'KlinePosition',
  doc: 'How far the exchange’s own candles were published',
  fields: { ...INSTRUMENT, openTime: time('beginning of the newest 1m candle that was published') }
}
