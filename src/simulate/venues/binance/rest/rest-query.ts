/** An answer that is an error of the exchange: https://developers.binance.com/docs/binance-spot-api-docs/errors */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: number

  constructor(code: number, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** The text of a parameter. Throws a refusal when it is missing. */
export const required = (query: URLSearchParams, name: string): string => {
  const text = query.get(name)
  if (text) return text
  throw new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
}

/** A parameter as a whole number; null when it is missing. Throws a refusal for anything else. */
export const wholeNumber = (query: URLSearchParams, name: string): number | null => {
  const text = query.get(name)
  if (text === null || text === '') return null
  if (/^\d{1,16}$/.test(text)) return Number(text)
  throw new Refusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`)
}

/** `limit`, at least 1 and at most `most`. */
export const limitOf = (query: URLSearchParams, fallback: number, max: number): number => {
  const limit = wholeNumber(query, 'limit') ?? fallback
  if (limit === 0) throw new Refusal(-1130, "Data sent for parameter 'limit' is not valid.")
  return Math.min(limit, max)
}
