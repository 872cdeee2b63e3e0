import type { InEpoch } from '../../epoch.ts'
import { INTERVALS, type Interval } from '../../interval.ts'
import type { EpochMs } from '../../time.ts'
import {
  CLOSE_TIME,
  count,
  decimal,
  EPOCH,
  flag,
  INSTRUMENT,
  id,
  nullable,
  OPEN_TIME,
  optional,
  type RecordTable,
  word,
  words
} from '../fields.ts'

/** How a candle came about; a wider candle takes the first of these that holds for any part of it. */
export const CANDLE_STATUSES = [
  'partial',
  'gap',
  'unproven',
  'backfilled',
  'matched',
  'traded',
  'empty',
  'exchange'
] as const

export type CandleStatus = (typeof CANDLE_STATUSES)[number]

/** The status of what is made of several candles: the first of the list that any of them has; of none: `empty`. */
export const weakestStatus = (statuses: readonly CandleStatus[]): CandleStatus =>
  CANDLE_STATUSES.find(status => statuses.includes(status)) ?? 'empty'

/** Totals of the exchange's own candle that ours can be equal to. */
export const WITNESSES = ['count', 'volume', 'quoteVolume'] as const

export type Witness = (typeof WITNESSES)[number]

/** OHLCV of one window `[openTime, closeTime)` and the trade ids it was built from. */
export type Candle = InEpoch & {
  readonly exchange: string
  readonly symbol: string
  readonly interval: Interval
  readonly openTime: EpochMs
  readonly closeTime: EpochMs
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
  readonly quoteVolume: string
  readonly tradeCount: number
  readonly takerBuyVolume: string
  readonly takerBuyQuoteVolume: string
  readonly firstTradeId: string | null
  readonly lastTradeId: string | null
  readonly revision: number
  readonly final: boolean
  readonly status: CandleStatus
  readonly missing?: number
  readonly matchedBy?: readonly Witness[]
  readonly missingVolume?: string
  readonly printCount?: number
  readonly firstSequence?: string
  readonly lastSequence?: string
}

const [BASE, QUOTE] = ['base currency', 'quote currency']

export const CANDLE: RecordTable<Candle> = {
  name: 'Candle',
  doc: 'One window of one instrument',
  fields: {
    ...INSTRUMENT,
    interval: word(INTERVALS, 'length of the candle'),
    openTime: OPEN_TIME,
    closeTime: CLOSE_TIME,
    open: decimal('price of the first trade', QUOTE),
    high: decimal('highest price', QUOTE),
    low: decimal('lowest price', QUOTE),
    close: decimal('price of the last trade', QUOTE),
    volume: decimal('sum of the sizes as trades have them', BASE),
    quoteVolume: decimal('sum of price × size, or of quoteQuantity where trades have it', QUOTE),
    tradeCount: count('how many trades it holds', 'trades'),
    takerBuyVolume: decimal('volume of the trades whose taker bought', BASE),
    takerBuyQuoteVolume: decimal('quoteVolume of the trades whose taker bought', QUOTE),
    firstTradeId: nullable(id('id of its first trade'), 'it holds no trade'),
    lastTradeId: nullable(id('id of its last trade'), 'it holds no trade'),
    revision: count(
      '0 until and including the first final, one higher for each change after that; -1 in the database: the exchange’s own'
    ),
    final: flag('false: the window is open yet'),
    status: word(
      CANDLE_STATUSES,
      'how it came about, and whether it is complete: gap and partial are not, empty is proven to hold no trade, matched is equal to the exchange’s own, unproven has nothing that says so'
    ),
    missing: optional(
      count('how many trades are missing in all gaps that touch the window', 'trades'),
      'status is gap, and trades have numbers'
    ),
    epoch: EPOCH,
    matchedBy: optional(words(WITNESSES, 'which totals are those of the exchange’s own candle'), 'status is matched'),
    missingVolume: optional(
      decimal('volume of the exchange’s own candle, less ours', BASE),
      'status is gap, and no number of trades tells how many are missing'
    ),
    printCount: optional(count('how many prints its trades hold', 'prints'), 'trades are aggregates of prints'),
    firstSequence: optional(
      id('number of the trade firstTradeId'),
      'the number that proves trades whole is not the id'
    ),
    lastSequence: optional(id('number of the trade lastTradeId'), 'the number that proves trades whole is not the id')
  }
}
