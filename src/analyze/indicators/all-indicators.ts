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

const add = (states: AllStates, candle: CandleFigures): AllStates => ({
  sma: sma.add(states.sma, candle.close),
  ema: ema.add(states.ema, candle.close),
  rsi: rsi.add(states.rsi, candle.close),
  macd: macd.add(states.macd, candle.close),
  bollinger: bollinger.add(states.bollinger, candle.close),
  atr: atr.add(states.atr, candle),
  vwap: vwap.add(states.vwap, candle),
  obv: obv.add(states.obv, candle),
  stochastic: stochastic.add(states.stochastic, candle)
})

/** What is out of a number's range is undefined. */
const defined = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null

const value = (states: AllStates): IndicatorFigures => {
  const [line, bands, oscillator] = [
    macd.value(states.macd),
    bollinger.value(states.bollinger),
    stochastic.value(states.stochastic)
  ]
  return {
    sma20: defined(sma.value(states.sma)),
    ema20: defined(ema.value(states.ema)),
    rsi14: defined(rsi.value(states.rsi)),
    macd: defined(line?.macd),
    macdSignal: defined(line?.signal),
    macdHistogram: defined(line?.histogram),
    bbUpper: defined(bands?.upper),
    bbMiddle: defined(bands?.middle),
    bbLower: defined(bands?.lower),
    atr14: defined(atr.value(states.atr)),
    vwap: defined(vwap.value(states.vwap)),
    obv: defined(obv.value(states.obv)),
    stochK: defined(oscillator?.k),
    stochD: defined(oscillator?.d)
  }
}

/** All indicators as one, with the figures that `indicators` publishes; each of them is null until it is warm, the whole never is. */
export const allIndicators = { init, add, value } satisfies Indicator<AllStates, CandleFigures, IndicatorFigures>
