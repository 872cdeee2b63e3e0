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

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, c) => sum * x + c, 0)

const tail = (x: number): number => {
  const density = Math.exp((-x * x) / 2)
  if (x < 7.07106781186547) return (density * polynomial(ABOVE, x)) / polynomial(BELOW, x)
  const fraction = [4, 3, 2, 1].reduce((below, n) => x + n / below, x + 0.65)
  return density / fraction / ROOT_TWO_PI
}

/** Probability that a standard normal is at most `x`, to about 1e-15 (Hart, 1968, as given by West, Wilmott 2005). */
export const normalCdf = (x: number): number => (x > 0 ? 1 - tail(x) : tail(-x))
