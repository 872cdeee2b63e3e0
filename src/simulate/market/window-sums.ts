import type { WireCandle } from '../../exchange/binance/stream/encode.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { fixedText, product } from './fixed-text.ts'
import type { Listing } from './listing.ts'
import type { Print } from './market.ts'

const CARRY_ABOVE = 2 ** 52

/** A running sum of whole numbers, exact at any size. */
type Sum = { low: number; high: bigint }

const noSum = (): Sum => ({ low: 0, high: 0n })

const add = (sum: Sum, value: number | bigint): void => {
  if (typeof value === 'bigint') sum.high += value
  else sum.low += value
  if (sum.low < CARRY_ABOVE) return
  sum.high += BigInt(sum.low)
  sum.low = 0
}

const addSum = (sum: Sum, other: Sum): void => {
  add(sum, other.low)
  if (other.high !== 0n) sum.high += other.high
}

/** What a window's prints add up to, in whole ticks and lots. */
export type PrintFold = {
  first: Print
  last: Print
  count: number
  high: number
  low: number
  volume: Sum
  quote: Sum
  takerVolume: Sum
  takerQuote: Sum
}

const start = (print: Print): PrintFold => ({
  first: print,
  last: print,
  count: 0,
  high: print.ticks,
  low: print.ticks,
  volume: noSum(),
  quote: noSum(),
  takerVolume: noSum(),
  takerQuote: noSum()
})

/** Exchanges round what inverse contracts are in the base currency. */
const ROUNDED_DIGITS = 8

/** What a print is in the other currency than its lots: the quote currency, exact; of inverse contracts the base currency, rounded. */
const worthOf = ({ contractSize, priceDigits }: Listing, { ticks, lots }: Print): number | bigint =>
  contractSize === undefined
    ? product(ticks, lots)
    : Math.round((lots * contractSize * 10 ** (ROUNDED_DIGITS + priceDigits)) / ticks)

const worthDigits = ({ contractSize, priceDigits, quantityDigits }: Listing): number =>
  contractSize === undefined ? priceDigits + quantityDigits : ROUNDED_DIGITS

/** Adds the next print, by id, to a fold; returns the fold. */
export const addPrint = (into: PrintFold | null, listing: Listing, print: Print, count: number): PrintFold => {
  const fold = into ?? start(print)
  const quote = worthOf(listing, print)
  fold.last = print
  fold.count += count
  if (print.ticks > fold.high) fold.high = print.ticks
  if (print.ticks < fold.low) fold.low = print.ticks
  add(fold.volume, print.lots)
  add(fold.quote, quote)
  if (print.sell) return fold
  add(fold.takerVolume, print.lots)
  add(fold.takerQuote, quote)
  return fold
}

/** Adds a later fold to an earlier one; returns the sum and leaves `later` alone. */
export const addFold = (into: PrintFold | null, later: PrintFold): PrintFold => {
  const fold = into ?? start(later.first)
  fold.last = later.last
  fold.count += later.count
  fold.high = Math.max(fold.high, later.high)
  fold.low = Math.min(fold.low, later.low)
  addSum(fold.volume, later.volume)
  addSum(fold.quote, later.quote)
  addSum(fold.takerVolume, later.takerVolume)
  addSum(fold.takerQuote, later.takerQuote)
  return fold
}

/** A sum as one whole number. */
const total = (sum: Sum): bigint => sum.high + BigInt(sum.low)

/** The average price of a fold by volume, in ticks. */
export const averageTicks = ({ contractSize, priceDigits }: Listing, { volume, quote }: PrintFold): bigint =>
  contractSize === undefined
    ? total(quote) / total(volume)
    : (total(volume) * BigInt(contractSize) * 10n ** BigInt(ROUNDED_DIGITS + priceDigits)) / total(quote)

const flat = (price: string, openTime: EpochMs, closeTime: EpochMs): WireCandle => ({
  openTime,
  closeTime,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: '0',
  quoteVolume: '0',
  tradeCount: 0,
  takerBuyVolume: '0',
  takerBuyQuoteVolume: '0',
  firstTradeId: null,
  lastTradeId: null
})

/** A window `[openTime, closeTime)` as the wire's candle; flat at `previous`, the newest print before it, when nothing traded. */
export const foldedCandle = (
  listing: Listing,
  fold: PrintFold | null,
  previous: Print | null,
  openTime: number,
  closeTime: number
): WireCandle => {
  const price = (ticks: number): string => fixedText(ticks, listing.priceDigits)
  const base = (sum: Sum): string => fixedText(total(sum), listing.quantityDigits)
  const quote = (sum: Sum): string => fixedText(total(sum), worthDigits(listing))
  if (fold === null) return flat(price(previous?.ticks ?? 0), epochMs(openTime), epochMs(closeTime))
  return {
    openTime: epochMs(openTime),
    closeTime: epochMs(closeTime),
    open: price(fold.first.ticks),
    high: price(fold.high),
    low: price(fold.low),
    close: price(fold.last.ticks),
    volume: base(fold.volume),
    quoteVolume: quote(fold.quote),
    tradeCount: fold.count,
    takerBuyVolume: base(fold.takerVolume),
    takerBuyQuoteVolume: quote(fold.takerQuote),
    firstTradeId: String(fold.first.id),
    lastTradeId: String(fold.last.id)
  }
}
