const EXACT = Number.MAX_SAFE_INTEGER

/** Whole units of 10^-digits as plain decimal text: `(6183763, 2)` → `"61837.63"`. */
export const fixedText = (units: number | bigint, digits: number): string => {
  const text = String(units)
  if (digits === 0) return text
  const padded = text.length > digits ? text : text.padStart(digits + 1, '0')
  const point = padded.length - digits
  return `${padded.slice(0, point)}.${padded.slice(point)}`
}

/** The exact product of two whole numbers. */
export const product = (a: number, b: number): number | bigint => {
  const rounded = a * b
  return rounded <= EXACT ? rounded : BigInt(a) * BigInt(b)
}
