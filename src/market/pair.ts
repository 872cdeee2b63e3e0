import { TickstreamError } from './error.ts'
import { instrumentKey, parseInstrument } from './instrument.ts'

/** Two instruments, each as `exchange:BASE/QUOTE`: `a` is explained by `b`. */
export type Pair = { readonly a: string; readonly b: string }

/** `A~B`, for example `binance:BTC/USDT~binance:ETH/USDT`; also the key of `pairs`. */
export const pairKey = ({ a, b }: Pair): string => `${a}~${b}`

/** Parses `A~B`. Throws `TS-CONFIG` that shows the form. */
export const parsePair = (text: string): Pair => {
  const [a, b, ...rest] = text.split('~')
  if (a === undefined || b === undefined || rest.length > 0 || a === b)
    throw new TickstreamError(
      'TS-CONFIG',
      `"${text}" is not a pair; write two instruments as A~B, for example binance:BTC/USDT~binance:ETH/USDT`
    )
  return { a: instrumentKey(parseInstrument(a)), b: instrumentKey(parseInstrument(b)) }
}
