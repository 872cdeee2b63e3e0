import { addPoint, NO_MOMENTS } from './hedge/moments.ts'
import { fitOls } from './hedge/ols.ts'

/** How many steps the series takes to come half the way back: −ln 2 / λ of Δe = λ·e₋₁ + c; null where it does not come back. */
export const halfLife = (values: readonly number[]): number | null => {
  let moments = NO_MOMENTS
  for (let n = 1; n < values.length; n++) moments = addPoint(moments, values[n - 1]!, values[n]! - values[n - 1]!)
  const speed = fitOls(moments)?.beta ?? 0
  const steps = -Math.LN2 / speed
  return speed < 0 && Number.isFinite(steps) ? steps : null
}
