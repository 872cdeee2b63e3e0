import { appendFileSync } from 'node:fs'

/** Appends a measured time to the file that FAULT_FIGURES names, one JSON a line; does nothing without it. */
export const noteFigure = (fault: string, what: string, ms: number): void => {
  const path = process.env.FAULT_FIGURES
  if (path) appendFileSync(path, `${JSON.stringify({ fault, what, seconds: Math.round(ms / 100) / 10 })}\n`)
}
