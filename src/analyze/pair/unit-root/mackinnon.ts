/** Numerator and denominator of Hart's rational function 5666, highest power first. */
const ABOVE = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376
]
const BELOW = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752
]
const ROOT_TWO_PI = 2.506628274631

const horner = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, c) => sum * x + c, 0)

const tail = (x: number): number => {
  const density = Math.exp((-x * x) / 2)
  if (x < 7.07106781186547) return (density * horner(ABOVE, x)) / horner(BELOW, x)
  const fraction = [4, 3, 2, 1].reduce((below, n) => x + n / below, x + 0.65)
  return density / fraction / ROOT_TWO_PI
}

/** Probability that a standard normal is at most `x`, to about 1e-15 (Hart, 1968, as given by West, Wilmott 2005). */
export const normalCdf = (x: number): number => (x > 0 ? 1 - tail(x) : tail(-x))

/** Of how many series the tested one was made: 1 the series itself, 2 residuals of one regressed on another. */
export type Variables = 1 | 2

/** p = Φ(polynomial in τ), of lower degree at and below `star`; 0 below `least`, 1 above `most`. Lowest power first. */
type Surface = {
  readonly least: number
  readonly star: number
  readonly most: number
  readonly small: readonly number[]
  readonly large: readonly number[]
}

/** MacKinnon, Approximate asymptotic distribution functions for unit-root and cointegration tests, 1994: with a constant. */
const SURFACES: Readonly<Record<Variables, Surface>> = {
  1: {
    least: -18.83,
    star: -1.61,
    most: 2.74,
    small: [2.1659, 1.4412, 0.038269],
    large: [1.7339, 0.93202, -0.12745, -0.010368]
  },
  2: {
    least: -18.86,
    star: -2.62,
    most: 0.92,
    small: [2.92, 1.5012, 0.039796],
    large: [2.1945, 0.64695, -0.29198, -0.042377]
  }
}

/** MacKinnon, Critical values for cointegration tests, 2010: powers of 1 / observations, lowest first. */
const CRITICAL = {
  1: {
    '1%': [-3.43035, -6.5393, -16.786, -79.433],
    '5%': [-2.86154, -2.8903, -4.234, -40.04]
  },
  2: {
    '1%': [-3.89644, -10.9519, -33.527],
    '5%': [-3.33613, -6.1101, -6.823]
  }
} as const

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, c) => sum * x + c, 0)

/** How likely a statistic as low as τ is where there is no cointegration, or no return to a mean. */
export const mackinnonP = (tau: number, variables: Variables): number => {
  const { least, star, most, small, large } = SURFACES[variables]
  if (tau > most) return 1
  if (tau < least) return 0
  return normalCdf(polynomial(tau <= star ? small : large, tau))
}

/** The statistic below which a test of so many observations rejects at `level`. */
export const criticalValue = (variables: Variables, level: '1%' | '5%', observations: number): number =>
  polynomial(CRITICAL[variables][level], 1 / observations)
