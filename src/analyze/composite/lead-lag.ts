/** Log-returns by window, oldest first; null where a venue lacks one of two consecutive closes, or others have no volume. */
export type Returns = readonly (number | null)[]

/** One venue's returns, and the volume of each window. */
export type Moves = { readonly returns: Returns; readonly volumes: readonly number[] }

export type LeadFigures = { readonly lead: number | null; readonly leadCorrelation: number | null }

/** The smallest shift first: of equal correlations the nearer one counts. */
const SHIFTS = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5]
const MIN_MOVES = 30

/** One-sided 5 % of the highest of eleven correlations of noise, each normal with deviation 1/√n: Φ⁻¹(1 − 0.05/11). */
const NOISE = 2.61

const NONE: LeadFigures = { lead: null, leadCorrelation: null }

/** The returns of several venues together, weighted by the volume of each window. */
export const weightedReturns = (venues: readonly Moves[], windows: number): Returns =>
  Array.from({ length: windows }, (_, at) => {
    let [sum, weight] = [0, 0]
    for (const { returns, volumes } of venues) {
      const [move, volume] = [returns[at] ?? null, volumes[at] ?? 0]
      if (move === null) continue
      sum += volume * move
      weight += volume
    }
    return weight > 0 ? sum / weight : null
  })

/** Tells of every window in which one side moved, and the other `shift` windows later. */
const eachCouple = (own: Returns, others: Returns, shift: number, use: (own: number, others: number) => void): void => {
  for (let at = Math.max(0, -shift); at < own.length && at + shift < others.length; at++) {
    const [move, other] = [own[at] ?? null, others[at + shift] ?? null]
    if (move !== null && other !== null) use(move, other)
  }
}

type Correlation = { readonly count: number; readonly value: number }

/** Pearson's; null where too few moves of both are known, and where one of the two does not move. */
const correlationAt = (own: Returns, others: Returns, shift: number): Correlation | null => {
  let [count, x, y, xx, xy, yy] = [0, 0, 0, 0, 0, 0]
  eachCouple(own, others, shift, (move, other) => {
    count++
    x += move
    y += other
  })
  if (count < MIN_MOVES) return null
  const [meanX, meanY] = [x / count, y / count]
  eachCouple(own, others, shift, (move, other) => {
    xx += (move - meanX) ** 2
    xy += (move - meanX) * (other - meanY)
    yy += (other - meanY) ** 2
  })
  const spread = Math.sqrt(xx) * Math.sqrt(yy)
  return spread > 0 && Number.isFinite(spread) ? { count, value: Math.max(-1, Math.min(1, xy / spread)) } : null
}

/**
 * By how many windows a venue's moves come before those of the others: the shift at which they correlate most. null where fewer than 30 moves
 * of both are known at any of the shifts, and `lead` also where the correlation is no higher than the best of eleven of noise.
 */
export const leadOf = (own: Returns, others: Returns): LeadFigures => {
  let best: (Correlation & { readonly shift: number }) | null = null
  for (const shift of SHIFTS) {
    const correlation = correlationAt(own, others, shift)
    if (correlation === null) return NONE
    if (best === null || correlation.value > best.value) best = { ...correlation, shift }
  }
  if (best === null) return NONE
  const standsOut = best.value > NOISE / Math.sqrt(best.count)
  return { lead: standsOut ? best.shift : null, leadCorrelation: best.value }
}
