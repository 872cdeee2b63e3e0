import type { Instrument } from '../../instrument.ts'
import type { EpochMs } from '../../time.ts'
import { count, INSTRUMENT, id, nullable, type RecordTable, text, time } from '../fields.ts'

/** How one instrument's feed stands; null while nothing is known. The gateway's own: no topic holds it. */
export type FeedStatus = Instrument & {
  readonly exchangeStatus: string | null
  readonly exchangeStatusAt: EpochMs | null
  readonly lastTradeTime: EpochMs | null
  readonly watermark: EpochMs | null
  readonly wholeTo: EpochMs | null
  readonly contiguousToId: string | null
  readonly idsDoubtedSince: EpochMs | null
  readonly dataAgeMs: number | null
  readonly gapsOpen: number
  readonly gapsFilled: number
  readonly gapsUnrecoverable: number
  readonly missingTrades: number
  readonly revisedCandles: number
  readonly verifiedTo: EpochMs | null
  readonly differing: number
}

export const FEED_STATUS: RecordTable<FeedStatus> = {
  name: 'FeedStatus',
  doc: 'How far one feed is complete and verified',
  fields: {
    ...INSTRUMENT,
    exchangeStatus: nullable(
      text('the exchange’s own word for it, as TRADING, HALT or BREAK'),
      'not in its list, or not asked yet'
    ),
    exchangeStatusAt: nullable(time('when the exchange was asked for it, which is done once an hour'), 'not yet'),
    lastTradeTime: nullable(time('beginning of the newest candle with trades'), 'none was heard of'),
    watermark: nullable(time('up to when windows are closed'), 'none is'),
    wholeTo: nullable(time('up to when no trade is missing'), 'never'),
    contiguousToId: nullable(id('trade id up to which none is missing'), 'never'),
    idsDoubtedSince: nullable(time('since when its trade ids may have begun anew'), 'they have not'),
    dataAgeMs: nullable(count('how old the newest data is', 'milliseconds'), 'none was heard of'),
    gapsOpen: count('gaps that are being filled'),
    gapsFilled: count('gaps that history has filled'),
    gapsUnrecoverable: count('gaps that history does not have either'),
    missingTrades: count('trades in all gaps that are not filled'),
    revisedCandles: count('1m candles that were corrected after their final, since the gateway watches'),
    verifiedTo: nullable(time('up to when every 1m candle equals the exchange’s own'), 'none was compared'),
    differing: count('1m candles that differ from the exchange’s own')
  }
}
