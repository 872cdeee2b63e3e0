/** What a client or a request says, which may be anything. */
export type Said = Readonly<Record<string, unknown>>

/** A message of JSON that is an object; null for anything else. */
export const parseObject = (text: string): Said | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

export const isObject = (value: unknown): value is Said =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The texts of a list, or of what stands alone; none where it is something else. */
export const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter(item => typeof item === 'string')

/** Epoch milliseconds as `2026-07-07T22:58:17.164000Z`. */
export const isoMicros = (time: number): string => new Date(time).toISOString().replace('Z', '000Z')

/** A parameter as a whole number; null where it is none. */
export const numberOf = (query: URLSearchParams, name: string): number | null => {
  const text = query.get(name)
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : null
}
