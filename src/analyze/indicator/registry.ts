import { atr } from './atr.ts'
import { bollinger } from './bollinger.ts'
import { ema } from './ema.ts'
import { macd } from './macd.ts'
import { obv } from './obv.ts'
import { rsi } from './rsi.ts'
import { sma } from './sma.ts'
import { stochastic } from './stochastic.ts'
import { vwap } from './vwap.ts'

/** Every indicator with the periods that `indicators` publishes, by the file it lives in. */
export const registry = {
  sma: sma(20),
  ema: ema(20),
  rsi: rsi(14),
  macd: macd(12, 26, 9),
  bollinger: bollinger(20, 2),
  atr: atr(14),
  vwap: vwap(),
  obv: obv(),
  stochastic: stochastic(14, 3)
} as const
