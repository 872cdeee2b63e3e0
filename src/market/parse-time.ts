import { type EpochMs, isEpochMs } from './time.ts'

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/

/** `+00` and `+0000` as ISO 8601 writes them; UTC where none is given. */
const zoneOf = (text: string | undefined): string => {
  if (text === undefined || text === 'Z') return 'Z'
  const digits = text.slice(1).replace(':', '').padEnd(4, '0')
  return `${text[0]}${digits.slice(0, 2)}:${digits.slice(2)}`
}

/** The last day that was found to be one: times that are read one after the other are mostly of one day. */
let knownDay = ''

/** False for the 31st of February, which JavaScript takes for the 2nd of March. */
const isDay = (day: string): boolean => {
  if (day === knownDay) return true
  const isOne = new Date(Date.parse(`${day}T00:00Z`)).toISOString().startsWith(day)
  if (isOne) knownDay = day
  return isOne
}

/** Epoch times at or above this are microseconds, as Binance gives them to who asks for them, and in its files since 2025. */
const MICROSECONDS_FROM = 100_000_000_000_000

/**
 * The one rule for an epoch time, in every reader of what others wrote (docs/values.md): milliseconds, or microseconds, told by their
 * size. null for anything else: seconds and nanoseconds are nobody's here, and a wrong guess would be a time nonetheless.
 */
export const fromEpoch = (value: number): EpochMs | null => {
  const ms = value >= MICROSECONDS_FROM ? Math.floor(value / 1_000) : value
  return isEpochMs(ms) ? ms : null
}

/** Epoch milliseconds from just these, or from an ISO time as people and PostgreSQL write it, UTC where it names no zone; null for anything else. */
export const parseTime = (text: string): EpochMs | null => {
  if (/^[1-9]\d*$/.test(text)) return fromEpoch(Number(text))
  const match = ISO.exec(text)
  if (!match) return null
  const [, day = '', clock, zone] = match
  const time = Date.parse(clock === undefined ? `${day}T00:00Z` : `${day}T${clock}${zoneOf(zone)}`)
  return isEpochMs(time) && isDay(day) ? time : null
}
