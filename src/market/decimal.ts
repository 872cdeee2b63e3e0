import { TickstreamError } from './error.ts'
import { parseSize } from './parse-decimal.ts'

/**
 * Exact decimals. On the wire: canonical text (plain digits, no exponent, no trailing zeros after the point).
 * Inside: a whole number and how many of its digits stand behind the point.
 * Whole numbers below 2^53 are added and multiplied as doubles, which is exact; everything above is carried into a BigInt.
 */

const CANONICAL = /^(0|[1-9]\d*)(\.\d*[1-9])?$/
const EXACT_BELOW = 2 ** 53
const EXACT_DIGITS = 15
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, n) => 10 ** n)

/** True for canonical decimal text that is not negative. */
export const isDecimal = (value: unknown): value is string => typeof value === 'string' && CANONICAL.test(value)

/** `"61837.63000000"` → `"61837.63"`. Throws `TS-DATA` for anything that is not a plain decimal of at least 0, by `parseSize`. */
export const canonicalDecimal = (value: unknown): string => {
  const text = parseSize(value)
  if (text === null) throw new TickstreamError('TS-DATA', `${JSON.stringify(value)} is not a plain decimal`)
  return text
}

/** Compares canonical decimals: negative when a < b, 0 when equal, positive when a > b. */
export const compareDecimals = (a: string, b: string): number => {
  if (a === b) return 0
  const wholeA = wholeDigits(a)
  const wholeB = wholeDigits(b)
  if (wholeA !== wholeB) return wholeA - wholeB
  return a < b ? -1 : 1
}

const wholeDigits = (text: string): number => {
  const point = text.indexOf('.')
  return point < 0 ? text.length : point
}

const format = (digits: string, scale: number): string => {
  if (scale === 0) return digits
  const padded = digits.length > scale ? digits : digits.padStart(scale + 1, '0')
  const point = padded.length - scale
  let end = padded.length
  while (end > point && padded.charCodeAt(end - 1) === 48) end--
  return end === point ? padded.slice(0, point) : `${padded.slice(0, point)}.${padded.slice(point, end)}`
}

const digitsBehind = (text: string): number => {
  const point = text.indexOf('.')
  return point < 0 ? 0 : text.length - point - 1
}

/** The digits as a whole number, without the point. */
const unscaled = (text: string): bigint => BigInt(text.replace('.', ''))

/** `a - b` of canonical decimals, where `a` is not the smaller one. */
export const subtractDecimals = (a: string, b: string): string => {
  const scale = Math.max(digitsBehind(a), digitsBehind(b))
  const aligned = (text: string): bigint => unscaled(text) * 10n ** BigInt(scale - digitsBehind(text))
  return format(String(aligned(a) - aligned(b)), scale)
}

/** `a × b` of canonical decimals. */
export const multiplyDecimals = (a: string, b: string): string => {
  scan(a, price)
  scan(b, size)
  multiply(price, size, quote)
  return format(String(quote.high ?? quote.low), quote.scale)
}

/** `a / b` of canonical decimals, `b` above 0, rounded to so many digits behind the point, half to even. */
export const divideDecimals = (a: string, b: string, digits: number): string => {
  const dividend = unscaled(a) * 10n ** BigInt(digits + digitsBehind(b))
  const divisor = unscaled(b) * 10n ** BigInt(digitsBehind(a))
  const [quotient, twice] = [dividend / divisor, 2n * (dividend % divisor)]
  const isUp = twice > divisor || (twice === divisor && quotient % 2n === 1n)
  return format(String(isUp ? quotient + 1n : quotient), digits)
}

/** A whole number below 2^53 in `low`, or a larger one in `high`, with `scale` of its digits behind the point. */
type Scanned = { low: number; high: bigint | null; scale: number }

const scanLong = (text: string, into: Scanned): void => {
  const point = text.indexOf('.')
  into.scale = point < 0 ? 0 : text.length - point - 1
  into.high = BigInt(point < 0 ? text : text.slice(0, point) + text.slice(point + 1))
  into.low = 0
}

/** Reads canonical text into `into` without allocating. */
const scan = (text: string, into: Scanned): void => {
  if (text.length > EXACT_DIGITS) {
    scanLong(text, into)
    return
  }
  let value = 0
  let point = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46) point = i
    else value = value * 10 + (code - 48)
  }
  into.low = value
  into.high = null
  into.scale = point < 0 ? 0 : text.length - point - 1
}

const price: Scanned = { low: 0, high: null, scale: 0 }
const size: Scanned = { low: 0, high: null, scale: 0 }
const quote: Scanned = { low: 0, high: null, scale: 0 }

const multiply = (a: Scanned, b: Scanned, into: Scanned): void => {
  into.scale = a.scale + b.scale
  const product = a.low * b.low
  if (a.high === null && b.high === null && product < EXACT_BELOW) {
    into.low = product
    into.high = null
    return
  }
  into.low = 0
  into.high = (a.high ?? BigInt(a.low)) * (b.high ?? BigInt(b.low))
}

/** A running sum, exact at any size: (low + high) · 10^-scale. */
export class DecimalSum {
  private low = 0
  private high = 0n
  private scale = 0

  static from(text: string): DecimalSum {
    const sum = new DecimalSum()
    sum.addText(text)
    return sum
  }

  /** Adds a canonical decimal. */
  addText(text: string): void {
    scan(text, size)
    this.addScanned(size)
  }

  addSum(other: DecimalSum): void {
    if (other.low !== 0) this.addLow(other.low, other.scale)
    if (other.high !== 0n) this.addHigh(other.high, other.scale)
  }

  addScanned(value: Scanned): void {
    if (value.high === null) this.addLow(value.low, value.scale)
    else this.addHigh(value.high, value.scale)
  }

  toString(): string {
    if (this.high === 0n) return format(String(this.low), this.scale)
    return format(String(this.high + BigInt(this.low)), this.scale)
  }

  private addLow(value: number, scale: number): void {
    if (scale > this.scale) this.widen(scale)
    const shift = this.scale - scale
    const aligned = shift === 0 ? value : shift <= EXACT_DIGITS ? value * POWERS[shift]! : Number.POSITIVE_INFINITY
    const sum = this.low + aligned
    if (sum < EXACT_BELOW) this.low = sum
    else this.addHigh(BigInt(value), scale)
  }

  private addHigh(value: bigint, scale: number): void {
    if (scale > this.scale) this.widen(scale)
    this.high += value * 10n ** BigInt(this.scale - scale)
  }

  private widen(scale: number): void {
    const factor = 10n ** BigInt(scale - this.scale)
    this.high = (this.high + BigInt(this.low)) * factor
    this.low = 0
    this.scale = scale
    if (this.high < EXACT_BELOW_BIG) {
      this.low = Number(this.high)
      this.high = 0n
    }
  }
}

const EXACT_BELOW_BIG = BigInt(EXACT_BELOW)

/**
 * Adds one trade to up to four sums, reading its price and size once. `takerVolume` and `takerQuote` take it when `taker` is true.
 * `quoteText`: what it was in the quote currency, where that is told; left out: price × size.
 */
export const addTrade = (
  sums: {
    readonly volume: DecimalSum
    readonly quoteVolume: DecimalSum
    readonly takerVolume: DecimalSum
    readonly takerQuote: DecimalSum
  },
  priceText: string,
  sizeText: string,
  taker: boolean,
  quoteText?: string
): void => {
  scan(sizeText, size)
  if (quoteText === undefined) {
    scan(priceText, price)
    multiply(price, size, quote)
  } else scan(quoteText, quote)
  sums.volume.addScanned(size)
  sums.quoteVolume.addScanned(quote)
  if (!taker) return
  sums.takerVolume.addScanned(size)
  sums.takerQuote.addScanned(quote)
}
