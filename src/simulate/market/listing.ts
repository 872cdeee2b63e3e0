import { hashText, uniform } from '../seeded/seeded-random.ts'

/** A symbol of the simulated exchange. A tick is 10^-priceDigits of the quote currency, a lot 10^-quantityDigits of the base. */
export type Listing = {
  /** As the exchange spells it: `BTCUSDT`. */
  readonly native: string
  readonly base: string
  readonly quote: string
  readonly priceDigits: number
  readonly quantityDigits: number
  /** Where the seeded price swings around, in quote currency. */
  readonly level: number
}

type Known = Pick<Listing, 'priceDigits' | 'quantityDigits' | 'level'>

/** Levels and steps as on the real exchange, so that a chart looks familiar. */
const KNOWN: Readonly<Record<string, Known>> = {
  'BTC/USDT': { level: 61_000, priceDigits: 2, quantityDigits: 5 },
  'ETH/USDT': { level: 2_650, priceDigits: 2, quantityDigits: 4 },
  'BNB/USDT': { level: 520, priceDigits: 2, quantityDigits: 3 },
  'SOL/USDT': { level: 155, priceDigits: 2, quantityDigits: 3 },
  'XRP/USDT': { level: 0.58, priceDigits: 4, quantityDigits: 0 },
  'DOGE/USDT': { level: 0.1, priceDigits: 5, quantityDigits: 0 }
}

/** About five digits of price, and lots worth about a hundredth of the quote currency. */
const invented = (symbol: string): Known => {
  const level = 10 ** (-1 + 4 * uniform(hashText(symbol)))
  const magnitude = Math.floor(Math.log10(level))
  return { level, priceDigits: Math.max(2, 4 - magnitude), quantityDigits: Math.max(0, magnitude + 2) }
}

/** Lists `BASE/QUOTE`. */
export const listSymbol = (symbol: string): Listing => {
  const [base = '', quote = ''] = symbol.split('/')
  return { native: base + quote, base, quote, ...(KNOWN[symbol] ?? invented(symbol)) }
}
