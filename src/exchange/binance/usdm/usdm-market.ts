import type { Instrument } from '../../../market/instrument.ts'
import type { BinanceMarket } from '../market.ts'

/** `BASE/QUOTE:SETTLE`, and the day on which a contract ends that does. */
const CONTRACT = /^([^/:]+)\/([^/:-]+):([^/:-]+)(?:-(\d{6}))?$/u

/**
 * `BTC/USDT:USDT` → `BTCUSDT`, `BTC/USDT:USDT-261225` → `BTCUSDT_261225`. What is settled in something else than its quote is none of this
 * market's contracts, and gets a name that it does not list.
 */
const contractName = ({ symbol }: Instrument): string => {
  const [, base, quote, settle, ending] = CONTRACT.exec(symbol) ?? []
  if (base === undefined || quote !== settle) return symbol.replace('/', '-')
  return `${base}${quote}${ending === undefined ? '' : `_${ending}`}`
}

/** Futures that are settled in their quote currency. */
export const usdmMarket: BinanceMarket = { rest: '/fapi/v1', native: contractName }
