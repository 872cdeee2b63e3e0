import type { WireCandle } from '../../../exchange/binance/stream/encode.ts'
import type { Listing } from '../../market/listing.ts'
import type { Print } from '../../market/market.ts'
import { printHash } from '../../market/seeded-random.ts'
import { priceOf, quantityOf } from '../prints.ts'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
/** Identities are shared by all instruments of a currency, and leave numbers out in each. */
const IDS_PER_TRADE = 4

const endingOf = (ending: string): string =>
  `${Number(ending.slice(4))}${MONTHS[Number(ending.slice(2, 4)) - 1]}${ending.slice(0, 2)}`

/** `BTC/USDC` is `BTC_USDC`, `BTC/USDC:USDC` is `BTC_USDC-PERPETUAL`; none that are settled in their base. */
export const nativeOf = (symbol: string): string | null => {
  const [, base, quote, settle, ending] = /^([^/:]+)\/([^/:-]+)(?::([^/:-]+)(?:-(\d{6}))?)?$/.exec(symbol) ?? []
  if (base === undefined || (settle !== undefined && settle !== quote)) return null
  if (settle === undefined) return `${base}_${quote}`
  return `${base}_${quote}-${ending === undefined ? 'PERPETUAL' : endingOf(ending)}`
}

/** As JSON text: its numbers keep their digits. */
export const tradeText = (listing: Listing, print: Print): string => {
  const { native } = listing
  const price = priceOf(listing, print)
  const identity = print.id * IDS_PER_TRADE + (printHash(native, print.id) % IDS_PER_TRADE)
  return (
    `{"timestamp":${print.time},"price":${price},"amount":${quantityOf(listing, print)}` +
    `,"direction":"${print.sell ? 'sell' : 'buy'}","index_price":${price},"instrument_name":"${native}","trade_seq":${print.id}` +
    `,"mark_price":${price},"tick_direction":1,"trade_id":"${listing.quote}-${identity}"}`
  )
}

export const candleText = (candle: WireCandle): string =>
  `{"tick":${candle.openTime},"open":${candle.open},"high":${candle.high},"low":${candle.low},"close":${candle.close}` +
  `,"volume":${candle.volume},"cost":${candle.quoteVolume}}`
