import type { Instrument } from '../../market/instrument.ts'
import { symbolParts, unlistedName } from '../unified-symbol.ts'

/** It has a list of each. */
export const TYPES = ['SPOT', 'SWAP', 'FUTURES'] as const

export type InstType = (typeof TYPES)[number]

export const instType = ({ symbol }: Instrument): InstType => {
  const { settle, ending } = symbolParts(symbol) ?? {}
  if (settle === undefined) return 'SPOT'
  return ending === undefined ? 'SWAP' : 'FUTURES'
}

/** Sizes of all contracts are their number, linear ones as well. */
export const isContract = (instrument: Instrument): boolean => instType(instrument) !== 'SPOT'

/**
 * `BTC/USDT` → `BTC-USDT`, `BTC/USDT:USDT` → `BTC-USDT-SWAP`, `BTC/USD:BTC-261225` → `BTC-USD-261225`. What is settled in a third currency gets
 * a name that nothing has: names do not tell that one.
 */
export const instId = ({ symbol }: Instrument): string => {
  const { base, quote, settle, ending = 'SWAP' } = symbolParts(symbol) ?? {}
  if (base === undefined) return unlistedName(symbol)
  if (settle === undefined) return `${base}-${quote}`
  return settle === base || settle === quote ? `${base}-${quote}-${ending}` : unlistedName(symbol)
}

/** Streams are named as channel and instrument: `trades-all BTC-USDT`. */
export const streamName = (channel: string, id: string): string => `${channel} ${id}`

const TRADES = 'trades-all'
const CANDLES = 'candle1m'

export const tradeStream = (instrument: Instrument): string => streamName(TRADES, instId(instrument))
export const klineStream = (instrument: Instrument): string => streamName(CANDLES, instId(instrument))

export const subscribe = (streams: readonly string[], id: number): readonly string[] => {
  const args = streams.map(stream => stream.split(' ')).map(([channel, name]) => ({ channel, instId: name }))
  return [JSON.stringify({ id: String(id), op: 'subscribe', args })]
}
