import { TickstreamError } from '../../market/error.ts'
import { parseDuration } from '../../runtime/config/parse-setting.ts'

const REMOVE_AFTER = '1h'

/** What `--date` says: a UTC day; null: every day that is over. Throws `TS-CONFIG`. */
export const parseDay = (value: unknown): string | null => {
  if (value === undefined) return null
  const text = String(value)
  const time = Date.parse(`${text}T00:00:00Z`)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isFinite(time) && new Date(time).toISOString().startsWith(text))
    return text
  throw new TickstreamError('TS-CONFIG', `--date ${text}: give a UTC day as 2024-08-09`)
}

/** What `--remove-after` says, in milliseconds. Throws `TS-CONFIG`. */
export const parseAge = (value: unknown): number => {
  const text = String(value ?? REMOVE_AFTER)
  const ms = text === '0' ? 0 : parseDuration(text)
  if (ms !== undefined) return ms
  throw new TickstreamError('TS-CONFIG', `--remove-after ${text}: give a time as 90s, 10m or 1h, or 0`)
}
