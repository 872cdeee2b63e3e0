import { hashText, uniform } from './seeded-random.ts'

/** A symbol of the simulated exchange. A tick is 10^-priceDigits of the quote currency, a lot 10^-quantityDigits of the base, or a contract. */
export type Listing = {
  /** As the exchange spells it: `BTCUSDT`. */
  readonly native: string
  /** As this product writes it: `BTC/USDT`. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly priceDigits: number
  readonly quantityDigits: number
  /** Where the seeded price swings around, in quote currency. */
  readonly level: number
  /** Where a lot is an inverse contract: so much of the quote currency it holds. */
  readonly contractSize?: number
}

type Scale = Pick<Listing, 'priceDigits' | 'quantityDigits' | 'level'>

/** Levels and steps as on the real exchange, so that a chart looks familiar. */
const REAL_SCALES: Readonly<Record<string, Scale>> = {
  BTC: { level: 61_000, priceDigits: 2, quantityDigits: 5 },
  ETH: { level: 2_650, priceDigits: 2, quantityDigits: 4 },
  BNB: { level: 520, priceDigits: 2, quantityDigits: 3 },
  SOL: { level: 155, priceDigits: 2, quantityDigits: 3 },
  XRP: { level: 0.58, priceDigits: 4, quantityDigits: 0 },
  DOGE: { level: 0.1, priceDigits: 5, quantityDigits: 0 }
}
const DOLLARS = ['USDT', 'USD', 'USDC']

/** About five digits of price, and lots worth about a hundredth of the quote currency. */
const invented = (symbol: string): Scale => {
  const level = 10 ** (-1 + 4 * uniform(hashText(symbol)))
  const magnitude = Math.floor(Math.log10(level))
  return { level, priceDigits: Math.max(2, 4 - magnitude), quantityDigits: Math.max(0, magnitude + 2) }
}

/** `BTC/USDT` → `BTCUSDT` */
export const joined = (symbol: string): string => symbol.replace('/', '')

/** As most exchanges have it. */
const contractSizeOf = (base: string): number => (base === 'BTC' ? 100 : 10)

/** Lists `BASE/QUOTE`, with or without `:SETTLE` and a day on which it ends, under the exchange's own name of it. */
export const listSymbol = (symbol: string, native: string = joined(symbol)): Listing => {
  const [base = '', quote = '', settle] = symbol.replace(/-\d{6}$/, '').split(/[/:]/)
  const scale = DOLLARS.includes(quote) && Object.hasOwn(REAL_SCALES, base) ? REAL_SCALES[base] : undefined
  const listing = { native, symbol, base, quote, ...(scale ?? invented(symbol)) }
  return settle === base ? { ...listing, quantityDigits: 0, contractSize: contractSizeOf(base) } : listing
}

/** How many lots at a price are worth so much of the quote currency: at least one. */
export const lotsWorth = (
  { priceDigits, quantityDigits, contractSize }: Listing,
  worth: number,
  ticks: number
): number =>
  Math.max(
    1,
    Math.round(
      contractSize === undefined ? (worth * 10 ** (priceDigits + quantityDigits)) / ticks : worth / contractSize
    )
  )
