import type { Listing } from '../../market/listing.ts'
import type { Print } from '../../market/market.ts'
import { printUuid } from '../identities.ts'
import { priceOf, quantityOf } from '../prints.ts'

const assetOf = (asset: string): string => (asset === 'BTC' ? 'XBT' : asset)

/** `BTC/USD:USD` is `PF_XBTUSD`, `BTC/USD:BTC` `PI_XBTUSD`, `BTC/USD:BTC-261225` `FI_XBTUSD_261225`; linear ones have no end. */
export const nativeOf = (symbol: string): string | null => {
  const [, base = '', quote = '', settle, ending] = /^([^/:]+)\/([^/:-]+):([^/:-]+)(?:-(\d{6}))?$/.exec(symbol) ?? []
  const pair = `${assetOf(base)}${assetOf(quote)}`
  if (settle === quote) return ending === undefined ? `PF_${pair}` : null
  if (settle !== base) return null
  return ending === undefined ? `PI_${pair}` : `FI_${pair}_${ending}`
}

export const isInverse = (native: string): boolean => !native.startsWith('PF_')

export const uidOf = (native: string, id: number): string => printUuid(native, id)

/** As JSON text: its numbers keep their digits. */
export const tradeText = (listing: Listing, print: Print): string =>
  `{"feed":"trade","product_id":"${listing.native}","uid":"${uidOf(listing.native, print.id)}"` +
  `,"side":"${print.sell ? 'sell' : 'buy'}","type":"fill","seq":${print.id},"time":${print.time}` +
  `,"qty":${quantityOf(listing, print)},"price":${priceOf(listing, print)}}`
