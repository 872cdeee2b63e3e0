/** `a = alpha + beta·b`: the hedge of one instrument by another. */
export type Line = { readonly alpha: number; readonly beta: number }

/** The line, or null when one of its figures is not finite. */
export const finiteLine = (alpha: number, beta: number): Line | null =>
  Number.isFinite(alpha) && Number.isFinite(beta) ? { alpha, beta } : null
