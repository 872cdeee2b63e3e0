/** A number as its shortest text has it: units · 10^-scale. */
type Exact = { readonly units: bigint; readonly scale: number }

const exact = (value: number): Exact => {
  const [digits = '', exponent = '0'] = String(value).split('e')
  const point = digits.indexOf('.')
  const behindPoint = point < 0 ? 0 : digits.length - point - 1
  return { units: BigInt(digits.replace('.', '')), scale: behindPoint - Number(exponent) }
}

const unitsAt = ({ units, scale }: Exact, at: number): bigint => units * 10n ** BigInt(at - scale)

/**
 * The number nearest to the difference of two numbers as they are written: 0.3 less 0.1 is 0.2, which the difference of the doubles is not.
 * Both are finite.
 */
export const subtractExactly = (a: number, b: number): number => {
  const [from, less] = [exact(a), exact(b)]
  const scale = Math.max(from.scale, less.scale)
  return Number(`${unitsAt(from, scale) - unitsAt(less, scale)}e${-scale}`)
}
