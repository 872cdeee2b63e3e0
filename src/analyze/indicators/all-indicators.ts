import type { IndicatorFigures } from '../../market/records/derived/indicators.ts'
import type { CandleFigures } from '../candle-figures.ts'
import type { Indicator } from '../indicator/indicator.ts'
import { registry } from '../indicator/registry.ts'

const { sma, ema, rsi, macd, bollinger, atr, vwap, obv, stochastic } = registry

type Registry = typeof registry

/** The state of every indicator of the registry, under its name. */
export type AllStates = { readonly [Name in keyof Registry]: ReturnType<Registry[Name]['init']> }

const init = (): AllStates => ({
  sma: sma.init(),
  ema: ema.init(),
  rsi: rsi.init(),
  macd: macd.init(),
  bollinger: bollinger.init(),
  atr: atr.init(),
  vwap: vwap.init(),
  obv: obv.init(),
  stochastic: stochastic.init()
})

const add = (of: AllStates, candle: CandleFigures): AllStates => ({
  sma: sma.add(of.sma, candle.close),
  ema: ema.add(of.ema, candle.close),
  rsi: rsi.add(of.rsi, candle.close),
  macd: macd.add(of.macd, candle.close),
  bollinger: bollinger.add(of.bollinger, candle.close),
  atr: atr.add(of.atr, candle),
  vwap: vwap.add(of.vwap, candle),
  obv: obv.add(of.obv, candle),
  stochastic: stochastic.add(of.stochastic, candle)
})

/** What is out of a number's range is undefined. */
const defined = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null

const value = (of: AllStates): IndicatorFigures => {
  const [line, bands, place] = [macd.value(of.macd), bollinger.value(of.bollinger), stochastic.value(of.stochastic)]
  return {
    sma20: defined(sma.value(of.sma)),
    ema20: defined(ema.value(of.ema)),
    rsi14: defined(rsi.value(of.rsi)),
    macd: defined(line?.macd),
    macdSignal: defined(line?.signal),
    macdHistogram: defined(line?.histogram),
    bbUpper: defined(bands?.upper),
    bbMiddle: defined(bands?.middle),
    bbLower: defined(bands?.lower),
    atr14: defined(atr.value(of.atr)),
    vwap: defined(vwap.value(of.vwap)),
    obv: defined(obv.value(of.obv)),
    stochK: defined(place?.k),
    stochD: defined(place?.d)
  }
}

/** All indicators as one, with the figures that `indicators` publishes; each of them is null until it is warm, the whole never is. */
export const allIndicators = { init, add, value } satisfies Indicator<AllStates, CandleFigures, IndicatorFigures>
