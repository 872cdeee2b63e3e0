import type { Refusal, RestAnswer } from './rest-interface.ts'

/** A header's number; null where there is none. */
export const headerNumber = ({ header }: RestAnswer, name: string): number | null => {
  const text = header(name)
  const value = text === null || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** How long an exchange is left alone: so long where it does not say, and no longer than that, whatever it says. */
type Wait = { readonly fallbackMs: number; readonly maxMs: number }

/** How long `Retry-After` asks to wait, `maxMs` at most; `fallbackMs` where it does not say so in seconds. */
const retryAfterMs = (answer: RestAnswer, { fallbackMs, maxMs }: Wait): number => {
  const seconds = headerNumber(answer, 'retry-after') ?? -1
  return seconds >= 0 ? Math.min(seconds * 1_000, maxMs) : fallbackMs
}

/** A refusal that concerns every request alike, by its status or because `isTooMany`, as the body of some exchanges says; null: it is none. */
export const addressRefusal = (answer: RestAnswer, wait: Wait, isTooMany = false): Refusal | null => {
  const { status } = answer
  if (isTooMany || status === 429) return { kind: 'rate-limited', waitMs: retryAfterMs(answer, wait) }
  return status === 403 || status === 451 ? { kind: 'blocked' } : null
}

/** What a status says is wrong with this request alone, where the body says no more. */
export const requestRefusal = ({ status }: RestAnswer): Refusal | null => {
  if (status === 404) return { kind: 'unknown-symbol' }
  return status === 400 ? { kind: 'bad-request' } : null
}
