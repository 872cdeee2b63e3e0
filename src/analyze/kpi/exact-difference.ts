const digitsBehind = (decimal: string): number => {
  const point = decimal.indexOf('.')
  return point < 0 ? 0 : decimal.length - point - 1
}

const scaled = (decimal: string, digits: number): bigint =>
  BigInt(decimal.replace('.', '') + '0'.repeat(digits - digitsBehind(decimal)))

/** a - b of two canonical decimals, rounded once: a spread of a cent between two large prices keeps its digits. */
export const exactDifference = (a: string, b: string): number => {
  const digits = Math.max(digitsBehind(a), digitsBehind(b))
  const units = scaled(a, digits) - scaled(b, digits)
  return Number(`${units}e-${digits}`)
}
