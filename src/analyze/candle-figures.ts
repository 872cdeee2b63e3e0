import type { AnyCandle } from '../market/records/feed/exchange-kline.ts'

/** A candle as statistics take it: its money as numbers, prices and volumes in the units of the candle. */
export type CandleFigures = {
  readonly openTime: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** This and the next: null where the exchange does not tell it of its own candle. */
  readonly volume: number | null
  readonly quoteVolume: number | null
}

export const candleFigures = ({ openTime, high, low, close, volume, quoteVolume }: AnyCandle): CandleFigures => ({
  openTime,
  high: Number(high),
  low: Number(low),
  close: Number(close),
  volume: volume === null ? null : Number(volume),
  quoteVolume: quoteVolume === null ? null : Number(quoteVolume)
})
