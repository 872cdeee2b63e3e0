import type { WireCandle } from '../../../exchange/binance/stream/encode.ts'
import { fixedText } from '../../market/fixed-text.ts'
import type { Listing } from '../../market/listing.ts'
import type { Print } from '../../market/market.ts'
import { priceOf, quantityOf } from '../prints.ts'

/** `BTC/USDT` is `BTC-USDT`, `BTC/USDT:USDT` is `BTC-USDT-SWAP`, `BTC/USD:BTC-261225` is `BTC-USD-261225`. */
export const nativeOf = (symbol: string): string | null => {
  const [, base, quote, settle, ending = 'SWAP'] =
    /^([^/:]+)\/([^/:-]+)(?::([^/:-]+)(?:-(\d{6}))?)?$/.exec(symbol) ?? []
  if (base === undefined) return null
  if (settle === undefined) return `${base}-${quote}`
  return settle === base || settle === quote ? `${base}-${quote}-${ending}` : null
}

export const typeOf = (native: string): 'SPOT' | 'SWAP' | 'FUTURES' => {
  if (native.endsWith('-SWAP')) return 'SWAP'
  return /-\d{6}$/.test(native) ? 'FUTURES' : 'SPOT'
}

/** A linear contract holds one lot. */
export const contractOf = ({ native, base, quote, quantityDigits, contractSize }: Listing) =>
  typeOf(native) === 'SPOT'
    ? null
    : {
        uly: `${base}-${quote}`,
        settleCcy: contractSize === undefined ? quote : base,
        ctType: contractSize === undefined ? 'linear' : 'inverse',
        ctVal: contractSize === undefined ? fixedText(1, quantityDigits) : String(contractSize),
        ctValCcy: contractSize === undefined ? base : quote,
        ctMult: '1'
      }

export const tradeOf = (listing: Listing, print: Print) => ({
  instId: listing.native,
  side: print.sell ? 'sell' : 'buy',
  sz: contractOf(listing) ? String(print.lots) : quantityOf(listing, print),
  source: '0',
  px: priceOf(listing, print),
  tradeId: String(print.id),
  ts: String(print.time)
})

/** `vol`, `volCcy` and `volCcyQuote`: of contracts their number, and what they are in both currencies. */
const volumesOf = (listing: Listing, { volume, quoteVolume }: WireCandle): readonly string[] => {
  const { contractSize } = listing
  if (contractOf(listing) === null) return [volume, volume, quoteVolume]
  const contracts = BigInt(volume.replace('.', ''))
  return contractSize === undefined
    ? [String(contracts), volume, quoteVolume]
    : [String(contracts), quoteVolume, String(contracts * BigInt(contractSize))]
}

/** `[ts, open, high, low, close, vol, volCcy, volCcyQuote, confirm]` */
export const candleRow = (listing: Listing, candle: WireCandle, closed: boolean): readonly string[] => [
  ...[String(candle.openTime), candle.open, candle.high, candle.low, candle.close],
  ...volumesOf(listing, candle),
  closed ? '1' : '0'
]
