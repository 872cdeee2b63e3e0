import type { RestAnswer } from './rest-interface.ts'

/** A header's number; null where there is none. */
export const headerNumber = ({ header }: RestAnswer, name: string): number | null => {
  const text = header(name)
  const value = text === null || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** How long `Retry-After` asks to wait, `maxMs` at most; `fallbackMs` where it does not say so in seconds. */
export const retryAfterMs = (
  answer: RestAnswer,
  { fallbackMs, maxMs }: { readonly fallbackMs: number; readonly maxMs: number }
): number => {
  const seconds = headerNumber(answer, 'retry-after') ?? -1
  return seconds >= 0 ? Math.min(seconds * 1_000, maxMs) : fallbackMs
}
