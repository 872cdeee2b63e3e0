/** How the times of a file are read. */
export type TimeForm = {
  /** Epoch milliseconds; null for a cell that is no time. */
  readonly read: (cell: string) => number | null
  /** What was seen, in words: `milliseconds`, `ISO, taken as UTC`. */
  readonly said: () => string
}

const EPOCH = /^([1-9]\d{8,18})(?:\.(\d+))?$/
const COMPACT = /^(19|20)(\d\d)(0[1-9]|1[0-2])([0-3]\d)(?:[ T]?([01]\d|2[0-3]):?([0-5]\d)(?::?([0-5]\d))?)?$/
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(.*)$/
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d\d)(.*)$/
const DAY_AND_NAME = /^(\d{1,2})[- ]([a-z]{3})[a-z]*\.?[-, ]+(\d{4}|\d\d)(.*)$/i
const NAME_AND_DAY = /^([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})(.*)$/i
const CLOCK =
  /^[T, ]*(\d{1,2})(?::(\d\d))?(?::(\d\d(?:\.\d+)?))?[- ]?([ap]m)?\s*(?:UTC|GMT)?\s*(Z|[+-]\d\d:?(?:\d\d)?)?$/i
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const two = (text: string | number): string => String(text).padStart(2, '0')
const year = (text: string): string => (text.length === 4 ? text : `${Number(text) < 70 ? '20' : '19'}${text}`)

/** `+02`, `+0200` → `+02:00`. */
const zoneOf = (text: string): string => {
  if (/^z$/i.test(text)) return 'Z'
  const digits = text.slice(1).replace(':', '').padEnd(4, '0')
  return `${text[0]}${digits.slice(0, 2)}:${digits.slice(2)}`
}

/** No exchange that is in a file printed before. */
const EARLIEST = Date.UTC(1900, 0, 1)

/** By the most digits that they have: seconds, milliseconds, microseconds and nanoseconds of 1973 to 5138. */
const UNITS = [
  { digits: 11, name: 'seconds' },
  { digits: 14, name: 'milliseconds' },
  { digits: 17, name: 'microseconds' },
  { digits: 19, name: 'nanoseconds' }
] as const

const fromDigits = (digits: string): { readonly ms: number; readonly unit: (typeof UNITS)[number]['name'] } => {
  const { name } = UNITS.find(unit => digits.length <= unit.digits)!
  if (name === 'seconds') return { ms: Number(digits) * 1_000, unit: name }
  const cut = name === 'milliseconds' ? 0 : name === 'microseconds' ? 3 : 6
  return { ms: Number(digits.slice(0, digits.length - cut)), unit: name }
}

/** ISO text of a clock as `6:49`, `09-AM`, `12:00:00.5 PM +0200`; null for another text. */
const clockOf = (text: string): string | null => {
  if (text.trim() === '') return ''
  const match = CLOCK.exec(text)
  if (!match) return null
  const [, hours = '', minutes, seconds = '00', half, zone = 'Z'] = match
  if (minutes === undefined && half === undefined) return null
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
  return `T${two(hour)}:${minutes ?? '00'}:${seconds}${zoneOf(zone)}`
}

/** A day that the calendar has not (the 31st of February) is none, though JavaScript takes it for another. */
const isoOf = (y: string, month: string | number, day: string, rest: string): number | null => {
  const clock = clockOf(rest)
  const date = `${year(y)}-${two(month)}-${two(day)}`
  const start = Date.parse(`${date}T00:00Z`)
  if (clock === null || !(start > EARLIEST) || !new Date(start).toISOString().startsWith(date)) return null
  const time = clock === '' ? start : Date.parse(`${date}${clock}`)
  return Number.isInteger(time) ? time : null
}

const monthOf = (name: string): number => MONTHS.indexOf(name.toLowerCase()) + 1

const fromCompact = ([, century, y, month = '', day = '', h, m, s]: RegExpExecArray): number | null =>
  isoOf(`${century}${y}`, month, day, h === undefined ? '' : `${h}:${m}:${s ?? '00'}`)

/** A date in words or in another order than ISO's. `isDayFirst` decides what 03/04 means. */
const fromDate = (cell: string, isDayFirst: boolean): number | null => {
  const first = YEAR_FIRST.exec(cell)
  if (first) return isoOf(first[1]!, first[2]!, first[3]!, first[4]!)
  const last = YEAR_LAST.exec(cell)
  if (last) {
    const [, one = '', sign, other = '', y = '', rest = ''] = last
    return isDayFirst || sign === '.' ? isoOf(y, other, one, rest) : isoOf(y, one, other, rest)
  }
  const named = DAY_AND_NAME.exec(cell)
  if (named) return isoOf(named[3]!, monthOf(named[2]!), named[1]!, named[4]!)
  const american = NAME_AND_DAY.exec(cell)
  return american ? isoOf(american[3]!, monthOf(american[1]!), american[2]!, american[4]!) : null
}

/** `1.7231616E+12`, as spreadsheets write long numbers, where it is a whole number. */
const unexpanded = (cell: string): string => (/^\d\.\d+e\+?\d{1,2}$/i.test(cell) ? String(Number(cell)) : cell)

const HAS_ZONE = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)$/i

/** Which of the two numbers before a year is the day; null while both could be. */
export const dayFirst = (cells: readonly string[]): boolean | null => {
  for (const cell of cells) {
    const match = YEAR_LAST.exec(cell)
    if (match && Number(match[1]) > 12) return true
    if (match && Number(match[3]) > 12) return false
  }
  return null
}

/** Whether the cells are dates of which nobody can say yet which number is the day. */
export const isUndecided = (cells: readonly string[]): boolean => {
  const match = YEAR_LAST.exec(cells[0] ?? '')
  return match !== null && match[2] !== '.' && dayFirst(cells) === null
}

/** A reader of the times of one file. Epoch times are told by their size, row by row: files of two eras are often joined. */
export const timeForm = (isDayFirst: boolean): TimeForm => {
  const seen = new Set<string>()
  const note = (time: number | null, what: string): number | null => {
    if (time !== null) seen.add(what)
    return time
  }
  const read = (given: string): number | null => {
    const cell = unexpanded(given)
    const compact = COMPACT.exec(cell)
    if (compact) return note(fromCompact(compact), 'digits of a date, taken as UTC')
    const epoch = EPOCH.exec(cell)
    if (epoch && !/[1-9]/.test(epoch[2] ?? '')) {
      const { ms, unit } = fromDigits(epoch[1]!)
      return note(ms, unit)
    }
    const zone = HAS_ZONE.test(cell) && /\d:\d|[ap]m/i.test(cell) ? 'with a zone' : 'taken as UTC'
    return note(fromDate(cell, isDayFirst), `${/^\d{4}-\d\d-\d\d/.test(cell) ? 'ISO' : 'dates'}, ${zone}`)
  }
  return { read, said: () => [...seen].join(' and ') }
}
