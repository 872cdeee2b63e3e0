const PLAIN = /^\d+(\.\d+)?$/
const WITH_EXPONENT = /^(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/
/** No market counts so finely, and sums of longer ones would make records that no broker takes. */
const MAX_CHARACTERS = 400
/** Shorter plain text is a number that a double can hold; longer text is looked at. */
const SURELY_FITS = 300

/** `1.5e-7` → `0.00000015`; null for anything else. */
const expanded = (text: string): string | null => {
  const match = WITH_EXPONENT.exec(text)
  if (!match) return null
  const [, whole = '', fraction = '', exponent] = match
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length
    ? digits + '0'.repeat(point - digits.length)
    : `${digits.slice(0, point)}.${digits.slice(point)}`
}

/** False for digits that as a number would be infinite, or nothing where they are something. */
const fitsDouble = (text: string): boolean => {
  if (text.length <= SURELY_FITS) return true
  if (text.length > MAX_CHARACTERS) return false
  const value = Number(text)
  return Number.isFinite(value) && (value > 0 || /^[0.]+$/.test(text))
}

const canonical = (text: string): string => {
  const point = text.indexOf('.')
  const whole = (point < 0 ? text : text.slice(0, point)).replace(/^0+(?=\d)/, '')
  const fraction = point < 0 ? '' : text.slice(point + 1).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/**
 * The one rule for what a size may be, in every reader of what others wrote (docs/values.md): the text of a decimal of at least 0, without
 * sign or separators, plain or with an exponent, that a number can hold and 400 characters too. Its canonical text, exact; null for anything
 * else.
 */
export const parseSize = (value: unknown): string | null => {
  if (typeof value !== 'string') return null
  const plain = PLAIN.test(value) ? value : expanded(value)
  return plain !== null && fitsDouble(plain) ? canonical(plain) : null
}

/** The same rule for a price: a size above 0. */
export const parsePrice = (value: unknown): string | null => {
  const text = parseSize(value)
  return text === '0' ? null : text
}

/** What a price is where it has become a number. */
export const isPrice = (value: number): boolean => value > 0 && Number.isFinite(value)
