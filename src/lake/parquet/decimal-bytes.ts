/** Decimal text as the 16 bytes of DECIMAL(38,18): a whole number of the last digit, big-endian. */

const WIDTH = 16
const SCALE = 18
const WHOLE_DIGITS = 20
const EXACT_DIGITS = 15
const LIMB = 2 ** 32
const MAX_FACTOR_DIGITS = 6
const POWERS = Array.from({ length: MAX_FACTOR_DIGITS + 1 }, (_, n) => 10 ** n)

/** True for canonical text of at most 20 digits before the point and 18 behind it. */
export const fitsDecimal = (text: string): boolean => {
  const point = text.indexOf('.')
  if (point < 0) return text.length <= WHOLE_DIGITS
  return point <= WHOLE_DIGITS && text.length - point - 1 <= SCALE
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

const writeLong = (text: string, scale: number, bytes: Buffer, at: number): void => {
  const value = BigInt(text.replace('.', '')) * 10n ** BigInt(SCALE - scale)
  bytes.writeBigUInt64BE(value >> 64n, at)
  bytes.writeBigUInt64BE(value & 0xffff_ffff_ffff_ffffn, at + 8)
}

const writeLimbs = (bytes: Buffer, at: number): void => {
  for (let i = 0; i < 4; i++) bytes.writeUInt32BE(limbs[3 - i]!, at + 4 * i)
}

const writeShort = (value: number, scale: number, bytes: Buffer, at: number): void => {
  limbs[0] = value % LIMB
  limbs[1] = Math.floor(value / LIMB)
  limbs[2] = limbs[3] = 0
  scaleUp(SCALE - scale)
  writeLimbs(bytes, at)
}

/** Writes canonical text that fits. Short numbers, which nearly all are, take no BigInt. */
export const writeDecimal = (text: string, bytes: Buffer, at: number): void => {
  let value = 0
  let point = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46) point = i
    else value = value * 10 + (code - 48)
  }
  const scale = point < 0 ? 0 : text.length - point - 1
  if (text.length > EXACT_DIGITS) writeLong(text, scale, bytes, at)
  else writeShort(value, scale, bytes, at)
}

/** The canonical text of 16 bytes that `writeDecimal` wrote. */
export const readDecimal = (bytes: Buffer, at: number): string => {
  const value = (bytes.readBigUInt64BE(at) << 64n) | bytes.readBigUInt64BE(at + 8)
  const digits = value.toString().padStart(SCALE + 1, '0')
  const fraction = digits.slice(-SCALE).replace(/0+$/, '')
  const whole = digits.slice(0, -SCALE)
  return fraction === '' ? whole : `${whole}.${fraction}`
}

export const DECIMAL = { width: WIDTH, scale: SCALE, precision: 38 } as const
