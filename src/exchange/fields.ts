import { TickstreamError } from '../market/error.ts'
import { parsePrice, parseSize } from '../market/parse-decimal.ts'
import { fromEpoch, parseTime } from '../market/parse-time.ts'
import type { SizedInstrument } from '../market/records/feed/contract-size.ts'
import type { EpochMs } from '../market/time.ts'

/** Reads the fields of an exchange's messages; each reader throws `TS-DATA` that names the field. */
export type Fields = Readonly<Record<string, unknown>>

/** The fields that a wire type names, none of them believed yet. */
export type Unchecked<Wire> = { readonly [Name in keyof Wire]?: unknown }

const DAY_MS = 86_400_000

const describe = (name: string, value: unknown, wanted: string): string =>
  `${name}: ${JSON.stringify(value)?.slice(0, 80)} is not ${wanted}`

export const fail = (name: string, value: unknown, wanted: string): never => {
  throw new TickstreamError('TS-DATA', describe(name, value, wanted))
}

/** What says a time that lies further ahead than a clock is believed to be wrong by. */
export class FutureTime extends TickstreamError {}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A whole number of at least 0; `wanted` says what it counts. */
export const wholeNumber = (name: string, value: unknown, wanted: string): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fail(name, value, wanted)

/** A trade id that is sent as a number. */
export const idText = (name: string, value: unknown): string => String(wholeNumber(name, value, 'a trade id'))

/** A trade id that is sent as text, and is a number. */
export const idDigits = (name: string, value: unknown): string =>
  typeof value === 'string' && /^(?:0|[1-9]\d{0,15})$/.test(value) && Number.isSafeInteger(Number(value))
    ? value
    : fail(name, value, 'a trade id')

/** A trade id that is sent as text, and is no number: it may have more digits than a number holds, or others. */
export const textId = (name: string, value: unknown): string =>
  typeof value === 'string' && /^[\w-]{1,100}$/.test(value) ? value : fail(name, value, 'a trade id')

/** A time, whether it has come or not: one that has not must not make a whole page of history unreadable. */
export const anyTime = (name: string, value: unknown): EpochMs => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return fail(name, value, 'a time')
  return fromEpoch(value) ?? fail(name, value, 'a time in epoch milliseconds or microseconds')
}

const numberOf = (name: string, value: unknown): number =>
  typeof value === 'string' && /^\d{1,17}$/.test(value) ? Number(value) : fail(name, value, 'a time')

/** Epoch milliseconds as text, whether they have come or not. */
export const anyTextTime = (name: string, value: unknown): EpochMs => anyTime(name, numberOf(name, value))

/** Epoch seconds as text, whether they have come or not. */
export const anyTextSeconds = (name: string, value: unknown): EpochMs => anyTime(name, numberOf(name, value) * 1_000)

/** `2026-07-07T23:00:03.501510Z`, whether it has come or not; what is finer than a millisecond is cut. */
export const anyIsoTime = (name: string, value: unknown): EpochMs => {
  const ms = typeof value === 'string' && value.includes('T') ? parseTime(value) : null
  return ms ?? fail(name, value, 'an ISO time')
}

/** What is finer than this a double does not hold of an epoch time in seconds. */
const SECONDS_PRECISION_MS = 1.3e-4

/** A time in seconds with a fraction, whether it has come or not; what is finer than a millisecond is cut. */
export const anySeconds = (name: string, value: unknown): EpochMs => {
  if (typeof value !== 'number' || !(value > 0)) return fail(name, value, 'a time in seconds')
  const seconds = Math.floor(value)
  const ms = Math.floor((value - seconds) * 1_000 + SECONDS_PRECISION_MS)
  return anyTime(name, seconds * 1_000 + ms)
}

const notAhead = (name: string, value: unknown, ms: EpochMs, receivedAt: EpochMs): EpochMs => {
  if (ms > receivedAt + DAY_MS)
    throw new FutureTime('TS-DATA', describe(name, value, 'a time that this machine has reached'))
  return ms
}

export const time = (name: string, value: unknown, receivedAt: EpochMs): EpochMs =>
  notAhead(name, value, anyTime(name, value), receivedAt)

export const textTime = (name: string, value: unknown, receivedAt: EpochMs): EpochMs =>
  notAhead(name, value, anyTextTime(name, value), receivedAt)

export const isoTime = (name: string, value: unknown, receivedAt: EpochMs): EpochMs =>
  notAhead(name, value, anyIsoTime(name, value), receivedAt)

/** Canonical text of a decimal of at least 0. */
export const decimal = (name: string, value: unknown): string =>
  parseSize(value) ?? fail(name, value, 'a plain decimal')

export const price = (name: string, value: unknown): string =>
  parsePrice(value) ?? fail(name, value, 'a price: a plain decimal above 0')

/** A number keeps so many digits of what was sent, whatever they are. */
const MAX_DIGITS = 15

/** A decimal that is sent as a number, as text: exact, or refused where a number cannot say it. */
const digitsOf = (name: string, value: unknown): string => {
  const text = typeof value === 'number' ? String(value) : ''
  return /^[\d.e+-]+$/.test(text) && text.replace(/e.*|\D|^[0.]+/g, '').length <= MAX_DIGITS
    ? text
    : fail(name, value, 'a number of few enough digits')
}

/** Canonical text of a decimal of at least 0 that is sent as a number. */
export const decimalNumber = (name: string, value: unknown): string => decimal(name, digitsOf(name, value))

export const priceNumber = (name: string, value: unknown): string => price(name, digitsOf(name, value))

/** Text that must be the one expected. */
export const exactly = (name: string, value: unknown, wanted: string): void => {
  if (value !== wanted) fail(name, value, wanted)
}

export const flag = (name: string, value: unknown): boolean =>
  typeof value === 'boolean' ? value : fail(name, value, 'true or false')

/** One of a few words. */
export const oneOf = <W extends string | number>(name: string, value: unknown, allowed: readonly W[]): W =>
  allowed.find(word => word === value) ?? fail(name, value, `one of ${allowed.join(', ')}`)

/** Any short word, as an exchange may say new ones; undefined for anything else. */
export const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Za-z_]{1,40}$/.test(value) ? value : undefined

/** What a contract holds. Throws `TS-DATA` where the exchange's list was not asked before: sizes in contracts tell nothing without it. */
export const contractSizeOf = ({ contractSize }: SizedInstrument): string =>
  contractSize ?? fail('contractSize', contractSize, 'known')
