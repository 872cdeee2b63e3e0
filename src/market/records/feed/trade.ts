import { type InEpoch, inEpoch } from '../../epoch.ts'
import type { Instrument } from '../../instrument.ts'
import type { EpochMs } from '../../time.ts'
import {
  count,
  EPOCH,
  INSTRUMENT,
  id,
  nullable,
  optional,
  price,
  type RecordTable,
  size,
  time,
  word,
  words
} from '../fields.ts'

/** What an exchange marks a trade as. `excluded`: no part of candles, by its own rule; the number counts all the same. */
const TRADE_FLAGS = ['block', 'rpi', 'liquidation', 'combo', 'excluded'] as const

type TradeFlag = (typeof TRADE_FLAGS)[number]

/** One print of an exchange, as it stands in `raw_ticks`. */
export type Trade = InEpoch & {
  readonly exchange: string
  readonly symbol: string
  readonly id: string
  readonly price: string
  readonly quantity: string
  readonly time: EpochMs
  readonly receivedAt: EpochMs
  readonly side: 'buy' | 'sell'
  readonly via: 'stream' | 'history'
  readonly sequence?: string
  readonly contracts?: string
  readonly quoteQuantity?: string
  readonly prints?: number
  readonly flags?: readonly TradeFlag[]
}

const RECEIVED_AT = time('when ingest received it')

export const TRADE: RecordTable<Trade> = {
  name: 'Trade',
  doc: 'One print of an exchange',
  fields: {
    ...INSTRUMENT,
    id: id('the exchange’s own id of it'),
    price: price('price of one of the base currency', 'quote currency'),
    quantity: size(
      'how much was traded; of a contract that counts in the quote currency quoteQuantity / price, rounded to 18 digits behind the point, half to even',
      'base currency'
    ),
    time: time('when the exchange printed it'),
    receivedAt: RECEIVED_AT,
    side: word(['buy', 'sell'], 'the taker’s side'),
    via: word(['stream', 'history'], 'how it came here'),
    sequence: optional(id('number that goes up by one from trade to trade'), 'such a number is not the id'),
    contracts: optional(size('how much was traded', 'contracts'), 'the exchange counts contracts'),
    quoteQuantity: optional(
      size('how much was traded, exact', 'quote currency'),
      'it is not price × quantity: the contract counts in the quote currency'
    ),
    prints: optional(count('how many prints it holds', 'prints'), 'the exchange gives aggregates of prints'),
    flags: optional(
      words(TRADE_FLAGS, 'what the exchange marks it as; excluded: no part of candles, by its own rule'),
      'it marks it'
    ),
    epoch: EPOCH
  }
}

/** Every trade that the exchange printed up to `time`, `lastId` the newest of them, stands before this record; gaps of `gaps` apart. */
export type Heartbeat = InEpoch & {
  readonly kind: 'heartbeat'
  readonly exchange: string
  readonly symbol: string
  readonly time: EpochMs
  readonly lastId: string | null
  readonly receivedAt: EpochMs
}

/** A heartbeat of an instrument; of the first epoch where none is named. */
export const heartbeatOf = (
  { exchange, symbol }: Instrument,
  { time, lastId, receivedAt, epoch = 0 }: Pick<Heartbeat, 'time' | 'lastId' | 'receivedAt'> & InEpoch
): Heartbeat => ({ kind: 'heartbeat', exchange, symbol, time, lastId, receivedAt, ...inEpoch(epoch) })

export const HEARTBEAT: RecordTable<Heartbeat> = {
  name: 'Heartbeat',
  doc: 'Every trade that the exchange printed up to its time stands before it, gaps apart',
  fields: {
    kind: word(['heartbeat'], 'always heartbeat; a trade has no kind'),
    ...INSTRUMENT,
    time: time('up to then the feed is complete'),
    lastId: nullable(id('number of the newest trade up to then'), 'no number proves trades of this exchange whole'),
    receivedAt: RECEIVED_AT,
    epoch: EPOCH
  }
}

/** Trades of the numbers `fromId..toId` (inclusive) were given up: no stream carried them and history does not have them. */
export type GapMarker = InEpoch & {
  readonly kind: 'gap'
  readonly exchange: string
  readonly symbol: string
  readonly fromId: string
  readonly toId: string
  readonly time: EpochMs
  readonly receivedAt: EpochMs
}

export const GAP_MARKER: RecordTable<GapMarker> = {
  name: 'LostTrades',
  doc: 'Trades that were given up: no stream carried them, and history does not have them',
  fields: {
    kind: word(['gap'], 'always gap; a trade has no kind'),
    ...INSTRUMENT,
    fromId: id('number of the first of them'),
    toId: id('number of the last of them, inclusive'),
    time: time('when the exchange had printed what stands behind them'),
    receivedAt: time('when they were given up'),
    epoch: EPOCH
  }
}

/** A record of `raw_ticks`; a trade is the one without `kind`. */
export type Tick = Trade | Heartbeat | GapMarker

/** The number by which a gap is found: the sequence where there is one, else the id. */
export const chainNumber = ({ sequence, id }: Pick<Trade, 'sequence' | 'id'>): string => sequence ?? id

export const isExcluded = ({ flags }: Pick<Trade, 'flags'>): boolean => flags?.includes('excluded') ?? false

export const isTrade = (tick: Tick): tick is Trade => !('kind' in tick)

/** The same as a number: those of every chain go up by one, and stay far below what a number holds exactly. */
export const chainId = (trade: Pick<Trade, 'sequence' | 'id'>): number => Number(chainNumber(trade))
