import type { Candle } from '../market/records/derived/candle.ts'

/** A candle as statistics take it: its money as numbers, prices and volumes in the units of the candle. */
export type CandleFigures = {
  readonly openTime: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly quoteVolume: number
}

export const candleFigures = ({ openTime, high, low, close, volume, quoteVolume }: Candle): CandleFigures => ({
  openTime,
  high: Number(high),
  low: Number(low),
  close: Number(close),
  volume: Number(volume),
  quoteVolume: Number(quoteVolume)
})
