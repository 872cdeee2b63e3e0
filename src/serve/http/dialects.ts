import { type FieldProblem, MISSING, PROBLEM_TYPE, type Problem, problemBody, UNKNOWN } from './problem.ts'

/** How what is wrong is told at an address; a client of another's API expects that other's words, whoever of us says them. */
export type Dialect = {
  readonly name: 'problem' | 'binance' | 'udf'
  readonly type: string
  readonly bodyOf: (problem: Problem, query: unknown) => object
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** What a field's detail says of an instrument that nobody serves. */
export const NOT_SERVED = 'no such symbol is served'

type BinanceError = { readonly code: number; readonly msg: string }

/** Codes are the exchange's, and so are the words wherever it has some: https://developers.binance.com/docs/binance-spot-api-docs/errors */
const BY_STATUS: ReadonlyMap<number, BinanceError> = new Map([
  [401, { code: -1002, msg: 'You are not authorized to execute this request.' }],
  [403, { code: -1002, msg: 'You are not authorized to execute this request.' }],
  [404, { code: -1020, msg: 'This operation is not supported.' }],
  [405, { code: -1020, msg: 'This operation is not supported.' }],
  [429, { code: -1003, msg: 'Too many requests.' }],
  [500, { code: -1000, msg: 'An unknown error occurred while processing the request.' }],
  [503, { code: -1008, msg: 'Server is currently overloaded with other requests. Please try again in a few minutes.' }]
])

const REJECTED = { code: -1013, msg: 'The request is rejected by the API.' }

const LEGAL: Readonly<Record<string, string>> = { symbol: '^[A-Z0-9-_.]{1,20}$' }

const givenAs = (query: unknown, field: string): unknown =>
  typeof query === 'object' && query !== null ? (query as Readonly<Record<string, unknown>>)[field] : undefined

/** What is wrong with one parameter. */
const binanceParameter = ({ field, detail }: FieldProblem, value: unknown): BinanceError => {
  if (detail === UNKNOWN) return { code: -1101, msg: 'Too many parameters sent for this endpoint.' }
  if (detail === MISSING)
    return { code: -1102, msg: `Mandatory parameter '${field}' was not sent, was empty/null, or malformed.` }
  if (Array.isArray(value)) return { code: -1101, msg: 'Duplicate values for a parameter detected.' }
  if (value === '') return { code: -1105, msg: `Parameter '${field}' was empty.` }
  if (field === 'interval') return { code: -1120, msg: 'Invalid interval.' }
  if (detail === NOT_SERVED) return { code: -1121, msg: 'Invalid symbol.' }
  if (field !== 'symbol' && /^\d+$/.test(String(value)))
    return { code: -1130, msg: `Data sent for parameter '${field}' is not valid.` }
  const legal = LEGAL[field] ?? '^[0-9]{1,20}$'
  return { code: -1100, msg: `Illegal characters found in parameter '${field}'; legal range is '${legal}'.` }
}

const binanceBody = ({ status, message, errors }: Problem, query: unknown): BinanceError => {
  const [first] = errors
  if (first) return binanceParameter(first, givenAs(query, first.field))
  const { code, msg } = BY_STATUS.get(status) ?? REJECTED
  return { code, msg: `${msg} (${message})` }
}

const PROBLEM: Dialect = { name: 'problem', type: PROBLEM_TYPE, bodyOf: problemBody }
const BINANCE: Dialect = { name: 'binance', type: JSON_TYPE, bodyOf: binanceBody }
/** https://www.tradingview.com/charting-library-docs/latest/connecting_data/UDF: its library reads the body, whatever the status. */
const UDF: Dialect = { name: 'udf', type: JSON_TYPE, bodyOf: ({ message }) => ({ s: 'error', errmsg: message }) }

/** The words in which errors are told at a path. */
export const dialectAt = (path: string): Dialect => {
  if (/^\/api\/v3(\/|\?|$)/.test(path)) return BINANCE
  return /^\/udf(\/|\?|$)/.test(path) ? UDF : PROBLEM
}
