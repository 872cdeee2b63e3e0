import type { Interval } from '../../interval.ts'
import type { EpochMs } from '../../time.ts'
import { CANDLE, type Candle } from '../derived/candle.ts'
import { INSTRUMENT, nullable, pick, type RecordTable, word } from '../fields.ts'

/** What every exchange tells of a candle. */
const FIGURES = ['openTime', 'closeTime', 'open', 'high', 'low', 'close'] as const satisfies readonly (keyof Candle)[]

/** What not every one tells. */
const OPTIONAL_FIGURES = [
  'volume',
  'quoteVolume',
  'tradeCount',
  'takerBuyVolume',
  'takerBuyQuoteVolume'
] as const satisfies readonly (keyof Candle)[]

type OptionalFigure = (typeof OPTIONAL_FIGURES)[number]

/** A closed candle, of 1m where nothing else is said, as the exchange itself computes it; it names no trade ids. */
export type ExchangeKline<I extends Interval = '1m'> = Pick<
  Candle,
  'exchange' | 'symbol' | (typeof FIGURES)[number]
> & {
  readonly [Figure in OptionalFigure]: Candle[Figure] | null
} & { readonly interval: I }

const { volume, quoteVolume, tradeCount, takerBuyVolume, takerBuyQuoteVolume } = CANDLE.fields
const UNTOLD = 'the exchange does not tell it'
const INEXACT = 'the exchange does not tell it, or rounded, as it does of contracts that count in the quote currency'

export const EXCHANGE_KLINE: RecordTable<ExchangeKline> = {
  name: 'ExchangeKline',
  doc: 'A closed candle as the exchange itself computes it',
  fields: {
    ...INSTRUMENT,
    interval: word(['1m'], 'always 1m'),
    ...pick(CANDLE.fields, FIGURES),
    volume: nullable(volume, INEXACT),
    quoteVolume: nullable(quoteVolume, UNTOLD),
    tradeCount: nullable(tradeCount, UNTOLD),
    takerBuyVolume: nullable(takerBuyVolume, INEXACT),
    takerBuyQuoteVolume: nullable(takerBuyQuoteVolume, UNTOLD)
  }
}

/** A candle of the exchange that is none: it ends early, begins off the grid, stands twice in two ways, or a figure of it cannot be. */
export type OddKline = {
  /** As it says itself; null where that is no time. */
  readonly openTime: EpochMs | null
  /** What is odd about it. */
  readonly detail: string
  /** As the exchange sent it. */
  readonly row: unknown
}

/** A page of the exchange's history: its candles, oldest first, and the odd ones, which are set aside so that the others count. */
export type KlinePage<I extends Interval = '1m'> = {
  readonly klines: readonly ExchangeKline<I>[]
  readonly odd: readonly OddKline[]
}

/** A candle that may be the exchange's own, which may lack figures of ours; its status is `exchange` then. */
export type AnyCandle = Omit<Candle, OptionalFigure> & { readonly [Figure in OptionalFigure]: Candle[Figure] | null }

/** The exchange's candle beside ours: of revision -1, so that any of ours replaces it. */
export const exchangeCandle = (kline: ExchangeKline): AnyCandle => ({
  ...kline,
  firstTradeId: null,
  lastTradeId: null,
  revision: -1,
  final: true,
  status: 'exchange'
})

const isWhole = (candle: AnyCandle): candle is Candle => OPTIONAL_FIGURES.every(figure => candle[figure] !== null)

/** The same; null where it lacks a figure that ours have. */
export const klineCandle = (kline: ExchangeKline): Candle | null => {
  const candle = exchangeCandle(kline)
  return isWhole(candle) ? candle : null
}
