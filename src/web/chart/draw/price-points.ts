import type { CandlestickData, HistogramData, UTCTimestamp } from 'lightweight-charts'
import type { Candle } from '../../../market/records/derived/candle.ts'
import { chartTime } from '../../draw/follow.ts'
import type { Palette } from '../../draw/palette.ts'

const isUp = ({ open, close }: Candle): boolean => Number(close) >= Number(open)

/** A rising candle is hollow and a falling one full, so that colour is not needed to tell them apart. The exchange's own are grey. */
export const candlePoint =
  (palette: Palette) =>
  (candle: Candle): CandlestickData<UTCTimestamp> => {
    const { up, down, panel, theirs } = palette
    const colour = candle.status === 'exchange' ? theirs : isUp(candle) ? up : down
    return {
      time: chartTime(candle.openTime),
      open: Number(candle.open),
      high: Number(candle.high),
      low: Number(candle.low),
      close: Number(candle.close),
      color: isUp(candle) ? panel : colour,
      borderColor: colour,
      wickColor: colour
    }
  }

export const volumePoint =
  (palette: Palette) =>
  (candle: Candle): HistogramData<UTCTimestamp> => {
    const computedColour = isUp(candle) ? palette['up-soft'] : palette['down-soft']
    const color = candle.status === 'exchange' ? palette['theirs-soft'] : computedColour
    return { time: chartTime(candle.openTime), value: Number(candle.volume), color }
  }
