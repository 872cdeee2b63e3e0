import type { Instrument } from '../../market/instrument.ts'
import { unlistedName } from '../unified-symbol.ts'

/** `BTC/USDT` → `BTC-USDT`. Contracts get a name that nothing has: their sizes are in contracts, of which a trade does not tell the worth. */
export const instId = ({ symbol }: Instrument): string => unlistedName(symbol)

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
