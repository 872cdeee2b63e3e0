import type { Exchange } from '../../exchange/exchange.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { VERIFIED_FIELDS } from '../../market/records/derived/verification.ts'
import type { OddKline } from '../../market/records/feed/exchange-kline.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'

/** What of our candle is verified. */
export type ComputedCandle = Pick<
  Candle,
  | (typeof VERIFIED_FIELDS)[number]
  | 'openTime'
  | 'status'
  | 'firstTradeId'
  | 'lastTradeId'
  | 'firstSequence'
  | 'lastSequence'
  | 'printCount'
  | 'missing'
  | 'missingVolume'
  | 'epoch'
>

/** Something that is not as it should be, of one window or, where candles are missing, of a run of them. */
export type Mismatch = {
  readonly openTime: EpochMs
  readonly closeTime: EpochMs
  /** A field; or `missing`, `surplus`, `tradeIds`, `hole`. */
  readonly what: string
  readonly computed: string
  readonly expected: string
}

/** A window that lacks trades, and says so. */
export type Incomplete = Pick<ComputedCandle, 'openTime' | 'status' | 'missing' | 'missingVolume'>

/** A range of trade ids of one epoch. */
export type Ids = { readonly first: number; readonly last: number }

/** What a verification has found so far. Changed in place by the functions of this folder. */
export type Summary = {
  readonly lengthMs: number
  /** Whether numbers of trades go up by one, so that a break in them is one in the candles. */
  readonly hasChain: boolean
  /** Figures of the exchange's candles that go by a rule of its own. */
  readonly incomparable: readonly string[]
  windows: number
  equal: number
  different: number
  missing: number
  surplus: number
  /** Empty ones that the exchange does not list either. */
  unlisted: number
  /** Ours of which the exchange's candle is odd: nobody can say whether they are right. */
  uncompared: number
  /** Candles of the exchange that are none. */
  readonly odd: OddKline[]
  readonly incomplete: Incomplete[]
  /** Breaks in the chain of trade ids, and gaps inside candles that claim to be whole. */
  broken: number
  /** Windows that we lack, in a row up to now. */
  run: { readonly from: EpochMs; count: number; trades: number } | null
  /** The newest trade id that the next candle has to follow; null after one that lacks trades. */
  lastId: number | null
  /** Lowest and highest trade id of all candles, of each epoch of ids: between two of them nothing can be compared. */
  readonly ids: Map<number, Ids>
  /** The epoch of the newest id; null before the first. */
  epoch: number | null
}

export const newSummary = (lengthMs: number, { chain, klines }: Pick<Exchange, 'chain' | 'klines'>): Summary => ({
  lengthMs,
  hasChain: chain !== null,
  incomparable: klines.incomparable ?? [],
  windows: 0,
  equal: 0,
  different: 0,
  missing: 0,
  surplus: 0,
  unlisted: 0,
  uncompared: 0,
  odd: [],
  incomplete: [],
  broken: 0,
  run: null,
  lastId: null,
  ids: new Map(),
  epoch: null
})

/** True when nothing differs, is missing or broken. */
export const isClean = ({ different, missing, surplus, broken }: Summary): boolean =>
  different + missing + surplus + broken === 0

/** A finding of one window. */
export const mismatch = (
  { lengthMs }: Summary,
  { openTime }: Pick<ComputedCandle, 'openTime'>,
  what: string,
  computed: string,
  expected: string
): Mismatch => ({ openTime, closeTime: epochMs(openTime + lengthMs), what, computed, expected })
