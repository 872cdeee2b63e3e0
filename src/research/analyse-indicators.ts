import { allIndicators } from '../analyze/indicators/all-indicators.ts'
import type { IndicatorFigures } from '../market/records/derived/indicators.ts'
import { openCandleFile, type Reading, STRICT } from './bars/candle-file.ts'
import { intervalName } from './interval-name.ts'

/** A record of `indicators`, its instrument named by its file; an interval may be one that the pipeline does not build. */
export type FileIndicators = {
  readonly exchange: 'file'
  readonly symbol: string
  readonly interval: string
  readonly openTime: number
  readonly final: true
  readonly revision: 0
} & IndicatorFigures

/** The indicators of a file of candles, as they stood with each, by the fold of the stage `analyze`. */
export async function* analyseIndicators(path: string, reading: Reading = STRICT): AsyncGenerator<FileIndicators> {
  const { name: symbol, spacingMs, candles } = await openCandleFile(path, reading)
  const interval = intervalName(spacingMs)
  let state = allIndicators.init()
  for await (const candle of candles) {
    state = allIndicators.add(state, candle)
    const { openTime } = candle
    yield {
      exchange: 'file',
      symbol,
      interval,
      openTime,
      final: true,
      revision: 0,
      ...allIndicators.value(state)
    }
  }
}
