import { finiteLine, type Line } from './line.ts'
import { median } from './median.ts'
import { momentsOf } from './moments.ts'
import { fitOls } from './ols.ts'

/** Residuals beyond so many scales pull with a constant force; 95 % as efficient as least squares where all is normal (Huber, 1981). */
const K = 1.345
/** The median of |z| of a standard normal z, by which a median of |residual| becomes a deviation. */
const MEDIAN_OF_NORMAL = 0.6744897501960817
const CLOSE_ENOUGH = 1e-12
const MAX_ROUNDS = 200

/** Points with mean 0 and deviation 1, so that what is close enough is the same for every price. */
type Standardised = { readonly x: Float64Array; readonly y: Float64Array }

const measure = ({ x, y }: Standardised, { alpha, beta }: Line, residuals: Float64Array): void => {
  for (let n = 0; n < x.length; n++) residuals[n] = y[n]! - alpha - beta * x[n]!
}

const scaleOf = (residuals: Float64Array, sizes: Float64Array): number => {
  for (let n = 0; n < residuals.length; n++) sizes[n] = Math.abs(residuals[n]!)
  return (median(sizes) ?? 0) / MEDIAN_OF_NORMAL
}

/** Weighted least squares; residuals within `limit` weigh 1. */
const weighted = ({ x, y }: Standardised, residuals: Float64Array, limit: number): Line | null => {
  let [weights, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0]
  for (let n = 0; n < x.length; n++) {
    const weight = limit / Math.max(Math.abs(residuals[n]!), limit)
    weights += weight
    sumX += weight * x[n]!
    sumY += weight * y[n]!
    sumXX += weight * x[n]! * x[n]!
    sumXY += weight * x[n]! * y[n]!
  }
  const beta = (sumXY - (sumX * sumY) / weights) / (sumXX - (sumX * sumX) / weights)
  return finiteLine((sumY - beta * sumX) / weights, beta)
}

/** Weights follow residuals follow weights, until the line stands still. */
const iterate = (points: Standardised, from: Line): Line => {
  let line = from
  const [residuals, sizes] = [new Float64Array(points.x.length), new Float64Array(points.x.length)]
  for (let round = 0; round < MAX_ROUNDS; round++) {
    measure(points, line, residuals)
    const scale = scaleOf(residuals, sizes)
    if (!(scale > CLOSE_ENOUGH)) return line
    const next = weighted(points, residuals, K * scale)
    if (next === null) return line
    const moved = Math.abs(next.alpha - line.alpha) + Math.abs(next.beta - line.beta)
    line = next
    if (moved < CLOSE_ENOUGH) return line
  }
  return line
}

/**
 * Huber's M-estimate by iteratively reweighted least squares from the least-squares line, its scale the median |residual| / 0.6745
 * at every round: as statsmodels' `RLM(HuberT(1.345))`. null where `b` does not move or something is not finite.
 */
export const fitHuber = (a: readonly number[], b: readonly number[]): Line | null => {
  const moments = momentsOf(b, a)
  const start = fitOls(moments)
  if (start === null || !(moments.syy > 0)) return start
  const { meanX, meanY } = moments
  const deviationX = Math.sqrt(moments.sxx / moments.count)
  const deviationY = Math.sqrt(moments.syy / moments.count)
  const points = {
    x: Float64Array.from(b, value => (value - meanX) / deviationX),
    y: Float64Array.from(a, value => (value - meanY) / deviationY)
  }
  const { alpha, beta } = iterate(points, { alpha: 0, beta: (start.beta * deviationX) / deviationY })
  const slope = (beta * deviationY) / deviationX
  return finiteLine(meanY + alpha * deviationY - slope * meanX, slope)
}
