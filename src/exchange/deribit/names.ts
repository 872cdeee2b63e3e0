import type { Instrument } from '../../market/instrument.ts'
import { symbolParts, unlistedName } from '../unified-symbol.ts'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

/** `261225` → `25DEC26` */
const endingName = (ending: string): string =>
  `${Number(ending.slice(4))}${MONTHS[Number(ending.slice(2, 4)) - 1]}${ending.slice(0, 2)}`

/** The day of a time, as `261225`; null: it is none. */
export const endingOf = (time: unknown): string | null =>
  typeof time === 'number' && Number.isSafeInteger(time) && time > 0 && time < 4e12
    ? new Date(time).toISOString().slice(2, 10).replaceAll('-', '')
    : null

/**
 * `BTC/USDC` → `BTC_USDC`, `BTC/USDC:USDC` → `BTC_USDC-PERPETUAL`, `BTC/USDC:USDC-261225` → `BTC_USDC-25DEC26`. Contracts that are settled in
 * their base do not name the quote currency, which is the dollar: `BTC/USD:BTC` → `BTC-PERPETUAL`.
 */
export const instrumentName = ({ symbol }: Instrument): string => {
  const { base, quote, settle, ending } = symbolParts(symbol) ?? {}
  if (base === undefined) return unlistedName(symbol)
  if (settle === undefined) return `${base}_${quote}`
  const end = ending === undefined ? 'PERPETUAL' : endingName(ending)
  if (settle === quote) return `${base}_${quote}-${end}`
  return settle === base && quote === 'USD' ? `${base}-${end}` : unlistedName(symbol)
}

/** Streams have the names of channels. */
export const tradeStream = (instrument: Instrument): string => `trades.${instrumentName(instrument)}.100ms`
export const klineStream = (instrument: Instrument): string => `chart.trades.${instrumentName(instrument)}.1`

export const subscribe = (streams: readonly string[], id: number): readonly string[] => [
  JSON.stringify({ jsonrpc: '2.0', id, method: 'public/subscribe', params: { channels: streams } })
]

/** What it wants to hear of whoever listens, also now and then. */
export const TEST = JSON.stringify({ jsonrpc: '2.0', id: 'test', method: 'public/test', params: {} })
