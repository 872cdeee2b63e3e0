import type { Moments } from './hedge/moments.ts'

/** Pearson's correlation, −1 to 1; null where one of the two does not move. */
export const correlation = ({ sxx, sxy, syy }: Moments): number | null => {
  const spread = Math.sqrt(sxx) * Math.sqrt(syy)
  if (!(spread > 0 && Number.isFinite(spread))) return null
  return Math.max(-1, Math.min(1, sxy / spread))
}
