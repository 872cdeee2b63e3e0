import { MARKET_TYPES, type MarketType } from '../../instrument.ts'
import type { EpochMs } from '../../time.ts'
import {
  CLOSE_TIME,
  count,
  decimal,
  EXCHANGE,
  figure,
  flag,
  nullable,
  number,
  OPEN_TIME,
  type RecordTable,
  records,
  SYMBOL,
  text,
  time,
  whole,
  word
} from '../fields.ts'
import { CANDLE_STATUSES, type CandleStatus } from './candle.ts'

const [BASE, QUOTE] = ['base currency', 'quote currency']
const BPS = 'basis points'

/** What one venue's candle adds to a composite. */
export type CompositeVenue = {
  readonly exchange: string
  readonly close: string
  readonly volume: string
  readonly quoteVolume: string
  readonly vwap: number | null
  readonly weight: number | null
  readonly deviationBps: number | null
  readonly lead: number | null
  readonly leadCorrelation: number | null
  readonly status: CandleStatus
  readonly revision: number
}

/** A venue whose candle was due and had not come. */
export type MissingVenue = { readonly exchange: string; readonly since: EpochMs }

/**
 * One window of one symbol across the venues that trade it. Only venues with volume count: for the price by their volume, for dispersion and
 * deviation by their close. `lead` is by the minute: exchanges follow each other within seconds, which shows as 0.
 */
export type Composite = {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly type: MarketType
  readonly simulated: boolean
  readonly interval: '1m'
  readonly openTime: EpochMs
  readonly closeTime: EpochMs
  readonly price: number | null
  readonly volume: string
  readonly quoteVolume: string
  readonly dispersionBps: number | null
  readonly status: CandleStatus
  readonly venues: readonly CompositeVenue[]
  readonly missing: readonly MissingVenue[]
  readonly revision: number
}

const NO_VOLUME = 'the venue has no volume in the window'

const COMPOSITE_VENUE: RecordTable<CompositeVenue> = {
  name: 'CompositeVenue',
  doc: 'What one venue’s candle adds to a composite',
  fields: {
    exchange: EXCHANGE,
    close: decimal('close of its candle', QUOTE),
    volume: decimal('volume of its candle', BASE),
    quoteVolume: decimal('quoteVolume of its candle', QUOTE),
    vwap: nullable(number('quoteVolume / volume of its candle', QUOTE), NO_VOLUME),
    weight: nullable(number('its part of the volume of all; 0 to 1'), 'nobody traded'),
    deviationBps: nullable(number('(close − price) / price', BPS), NO_VOLUME),
    lead: nullable(
      whole(
        'by how many windows its moves come before those of the others; below 0: after them, 0: in the same',
        'windows'
      ),
      'too few of the last 60 moves are known (30 at every shift of up to 5 windows), or no correlation stands out'
    ),
    leadCorrelation: nullable(
      number('correlation of its moves with those of the others, at the shift where it is highest; −1 to 1'),
      'too few of the last 60 moves are known, or nothing moved'
    ),
    status: word(CANDLE_STATUSES, 'status of its candle'),
    revision: count('revision of its candle')
  }
}

const MISSING_VENUE: RecordTable<MissingVenue> = {
  name: 'MissingVenue',
  doc: 'A venue whose candle was due and had not come',
  fields: { exchange: EXCHANGE, since: time('end of its newest candle before this window') }
}

export const COMPOSITE: RecordTable<Composite> = {
  name: 'Composite',
  doc: 'One window of one symbol across the venues that trade it',
  fields: {
    symbol: SYMBOL,
    base: text('what is traded'),
    quote: text('what it is priced in: USD, USDT and USDC are not the same'),
    type: word(MARKET_TYPES, 'delivered at once, a contract without an end, one that ends on a day, or an option'),
    simulated: flag('true: of markets that are made up here'),
    interval: word(['1m'], 'always 1m: the shortest whose candles every venue can prove'),
    openTime: OPEN_TIME,
    closeTime: CLOSE_TIME,
    price: figure('volume-weighted price of all venues: quoteVolume / volume', QUOTE),
    volume: decimal('sum of the volumes', BASE),
    quoteVolume: decimal('sum of the quoteVolumes', QUOTE),
    dispersionBps: figure('(highest close − lowest close) / price, of the venues with volume; two at least', BPS),
    status: word(CANDLE_STATUSES, 'the weakest status of its candles, in the order of this list'),
    venues: records(COMPOSITE_VENUE, 'whose candles it is made of, by exchange'),
    missing: records(MISSING_VENUE, 'who had a candle in the hour before, and none of this window'),
    revision: count('one higher each time that a candle came late or was revised')
  }
}
