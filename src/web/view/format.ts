/** What stands for a figure that is not known. */
export const UNKNOWN = '–'

/** An exact decimal with thousands set apart by a narrow space. */
export const formatDecimal = (text: string): string => {
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** A decimal with at least so many digits behind the point, so that a column does not jump. */
export const padDecimal = (text: string, digits: number): string => {
  const [whole = '', fraction = ''] = text.split('.')
  return digits === 0 ? text : `${whole}.${fraction.padEnd(digits, '0')}`
}

/** Digits behind the point that the finest of these decimals has. */
export const digitsOf = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, text.split('.')[1]?.length ?? 0), 0)

/** A number with so many digits behind the point. */
export const formatNumber = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined ? UNKNOWN : formatDecimal(value.toFixed(digits))

/** A statistic with about four digits that count. */
export const formatFigure = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return UNKNOWN
  const size = Math.abs(value)
  if (size !== 0 && size < 0.0001) return value.toExponential(2)
  return formatNumber(value, size >= 1000 ? 1 : size >= 10 ? 2 : 4)
}

/** A number as short as five digits that count make it. */
export const formatShort = (value: number | null): string =>
  value === null ? UNKNOWN : formatDecimal(String(Number(value.toPrecision(5))))

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 })

/** 1.234K, 5.678M */
export const formatCompact = (value: number | null | undefined): string =>
  value === null || value === undefined ? UNKNOWN : COMPACT.format(value)

/** A change in percent; its direction is told by sign and arrow, not by colour alone. */
export const formatChange = (percent: number | null | undefined): string => {
  if (percent === null || percent === undefined || !Number.isFinite(percent)) return UNKNOWN
  const text = Math.abs(percent).toFixed(2)
  if (text === '0.00') return '0.00 %'
  return percent > 0 ? `▲ +${text} %` : `▼ −${text} %`
}

/** How old: 0.4 s, 12 s, 3 min, 5 h, 2 d. */
export const formatAge = (ms: number | null | undefined): string => {
  if (ms === null || ms === undefined) return UNKNOWN
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.floor(seconds)} s`
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** How long until a candle closes: 0:07, 12:34, 1:02:03. */
export const formatCountdown = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** 2026-11-27 21:53:00 */
export const formatTime = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ')

/** 21:53 */
export const formatClock = (time: number): string => new Date(time).toISOString().slice(11, 16)

/** A text in which the name of a pair may be broken between its legs. */
export const breakable = (text: string): string => text.replaceAll('~', '~\u200b')
