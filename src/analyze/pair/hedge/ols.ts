import { finiteLine, type Line } from './line.ts'
import type { Moments } from './moments.ts'

/** The line of least squares through points (b, a); null where it is undefined: `b` does not move, or fewer than two points. */
export const fitOls = ({ meanX, meanY, sxx, sxy }: Moments): Line | null => {
  if (!(sxx > 0)) return null
  const beta = sxy / sxx
  return finiteLine(meanY - beta * meanX, beta)
}
