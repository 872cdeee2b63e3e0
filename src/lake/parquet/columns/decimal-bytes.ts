/** Decimal text as the bytes of a DECIMAL: a whole number of the last digit, big-endian. */

/** A type of decimals: so many digits, so many of them behind the point, in so many bytes. */
export type DecimalType = { readonly precision: number; readonly scale: number; readonly width: number }

/** Holds nearly everything, and two of them multiply to more digits than any engine has. */
export const WIDE: DecimalType = { precision: 38, scale: 18, width: 16 }

/**
 * Hold what nearly all instruments need, and multiply to 37 digits, 16 of them behind the point: in every engine that was tried the product
 * and its sum are exact (docs/lake-readers.md). ClickHouse needs one of the two above 18 digits, Arrow both together below 38.
 */
export const PRICE: DecimalType = { precision: 18, scale: 8, width: 8 }
export const QUANTITY: DecimalType = { precision: 19, scale: 8, width: 9 }

const EXACT_DIGITS = 15
const LIMB = 2 ** 32
const MAX_FACTOR_DIGITS = 6
const POWERS = Array.from({ length: MAX_FACTOR_DIGITS + 1 }, (_, n) => 10 ** n)

/** True for canonical text whose digits before and behind the point the type has. */
export const fitsDecimal = (text: string, { precision, scale }: DecimalType): boolean => {
  const point = text.indexOf('.')
  if (point < 0) return text.length <= precision - scale
  return point <= precision - scale && text.length - point - 1 <= scale
}

const limbs = new Float64Array(4)

/** Multiplies by a power of ten, exactly: a limb of 32 bits times 10^6 is below 2^53. */
const scaleUp = (digits: number): void => {
  for (let left = digits; left > 0; left -= MAX_FACTOR_DIGITS) {
    const factor = POWERS[Math.min(left, MAX_FACTOR_DIGITS)]!
    let carry = 0
    for (let i = 0; i < 4; i++) {
      const product = limbs[i]! * factor + carry
      carry = Math.floor(product / LIMB)
      limbs[i] = product - carry * LIMB
    }
  }
}

const LIMB_BITS = 32n
const LIMB_MASK = 0xffff_ffffn

const readLong = (text: string, scale: number, power: number): void => {
  let value = BigInt(text.replace('.', '')) * 10n ** BigInt(power - scale)
  for (let i = 0; i < 4; i++) {
    limbs[i] = Number(value & LIMB_MASK)
    value >>= LIMB_BITS
  }
}

const readShort = (value: number, scale: number, power: number): void => {
  limbs[0] = value % LIMB
  limbs[1] = Math.floor(value / LIMB)
  limbs[2] = limbs[3] = 0
  scaleUp(power - scale)
}

/** Whole limbs from the end on, and of the last one as many bytes as are left. */
const writeLimbs = (bytes: Buffer, at: number, width: number): void => {
  for (let left = width, i = 0; left > 0; left -= 4, i++) {
    const size = Math.min(left, 4)
    bytes.writeUIntBE(limbs[i]!, at + left - size, size)
  }
}

/** Writes canonical text that fits. Short numbers, which nearly all are, take no BigInt. */
export const writeDecimal = (text: string, { scale: power, width }: DecimalType, bytes: Buffer, at: number): void => {
  let value = 0
  let point = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46) point = i
    else value = value * 10 + (code - 48)
  }
  const scale = point < 0 ? 0 : text.length - point - 1
  if (text.length > EXACT_DIGITS) readLong(text, scale, power)
  else readShort(value, scale, power)
  writeLimbs(bytes, at, width)
}

/** Types are told apart by their width: files of before have the wide one where those of now have another. */
const scaleOf = (width: number): number => (width === WIDE.width ? WIDE.scale : PRICE.scale)

/** The canonical text of the bytes that `writeDecimal` wrote. */
export const readDecimal = (bytes: Uint8Array): string => {
  const scale = scaleOf(bytes.length)
  const value = BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`)
  const digits = value.toString().padStart(scale + 1, '0')
  const fraction = digits.slice(-scale).replace(/0+$/, '')
  const whole = digits.slice(0, -scale)
  return fraction === '' ? whole : `${whole}.${fraction}`
}
