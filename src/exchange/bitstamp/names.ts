import type { Instrument } from '../../market/instrument.ts'
import { unlistedName } from '../unified-symbol.ts'

/** `BTC/USD` → `btcusd`; contracts get a name that nothing has. */
export const pairName = ({ symbol }: Instrument): string =>
  (symbol.includes(':') ? unlistedName(symbol) : symbol.replace('/', '')).toLowerCase()

/** How a path names a pair. */
export const pairPath = (instrument: Instrument): string => encodeURIComponent(pairName(instrument))

/** Streams have the names of channels. */
export const tradeStream = (instrument: Instrument): string => `live_trades_${pairName(instrument)}`

/** Every channel is asked for, and confirmed, by itself. */
export const subscribe = (streams: readonly string[]): readonly string[] =>
  streams.map(channel => JSON.stringify({ event: 'bts:subscribe', data: { channel } }))
