import { type EpochMs, epochMs, isEpochMs } from './time.ts'

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/

/** `+00` and `+0000` as ISO 8601 writes them; UTC where none is given. */
const zoneOf = (text: string | undefined): string => {
  if (text === undefined || text === 'Z') return 'Z'
  const digits = text.slice(1).replace(':', '').padEnd(4, '0')
  return `${text[0]}${digits.slice(0, 2)}:${digits.slice(2)}`
}

/** False for the 31st of February, which JavaScript takes for the 2nd of March. */
const isDay = (day: string): boolean => new Date(Date.parse(`${day}T00:00Z`)).toISOString().startsWith(day)

/** Epoch milliseconds from just these, or from an ISO time as people and PostgreSQL write it; null for anything else. */
export const parseTime = (text: string): EpochMs | null => {
  if (/^\d+$/.test(text)) return isEpochMs(Number(text)) ? epochMs(Number(text)) : null
  const match = ISO.exec(text)
  if (!match) return null
  const [, day = '', clock, zone] = match
  const time = Date.parse(clock === undefined ? `${day}T00:00Z` : `${day}T${clock}${zoneOf(zone)}`)
  return isEpochMs(time) && isDay(day) ? time : null
}
