/** Texts of settings become values here; `undefined` means not allowed. */

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const DURATION = /^(\d{1,12})(ms|s|m|h|d)?$/

/** `1500`, `90s`, `10m`, `1h` → milliseconds. */
export const parseDuration = (text: string): number | undefined => {
  const match = DURATION.exec(text)
  if (!match) return undefined
  const unit = match[2] ?? 'ms'
  return Object.hasOwn(UNIT_MS, unit) ? Number(match[1]) * UNIT_MS[unit as keyof typeof UNIT_MS] : undefined
}

/** A duration above nothing, or `forever` (-1). */
export const parseRetention = (text: string): number | undefined =>
  text === 'forever' ? -1 : parseDuration(text) || undefined

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  kB: 1e3,
  KiB: 2 ** 10,
  MB: 1e6,
  MiB: 2 ** 20,
  GB: 1e9,
  GiB: 2 ** 30,
  TB: 1e12,
  TiB: 2 ** 40
}
const BYTES = /^(\d{1,15}(?:\.\d{1,6})?)([kKMGT]i?B)?$/

/** `1000000`, `500MB`, `1.5TiB` → whole bytes above nothing; `unlimited` is -1. */
export const parseBytes = (text: string): number | undefined => {
  if (text === 'unlimited') return -1
  const [, digits = '', unit = ''] = BYTES.exec(text) ?? []
  const bytes = Math.floor(Number(digits) * (UNIT_BYTES[unit] ?? 0))
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined
}

/** `name=value` with a value that `parse` takes. */
export const parseNamed =
  <T>(parse: (text: string) => T | undefined) =>
  (text: string): readonly [string, T] | undefined => {
    const [, name = '', rest = ''] = /^([A-Za-z0-9._-]+)=(.+)$/.exec(text) ?? []
    const value = name === '' ? undefined : parse(rest.trim())
    return value === undefined ? undefined : [name, value]
  }

export const parseFlag = (text: string): boolean | undefined =>
  text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : undefined

export const parseSwitch = (text: string): boolean | undefined =>
  text === 'on' ? true : text === 'off' ? false : undefined

/** 0 lets the system choose. */
export const parsePort = (text: string): number | undefined =>
  /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined

/** A URL of one of these schemes, without a slash at its end. */
export const parseUrl =
  (...schemes: readonly string[]) =>
  (text: string): string | undefined => {
    const url = URL.canParse(text) ? new URL(text) : null
    return url && schemes.includes(url.protocol.slice(0, -1)) && url.hostname !== ''
      ? text.replace(/\/+$/, '')
      : undefined
  }

/** A page's origin as a browser sends it: scheme, host, and the port where it is not the usual one. */
export const parseOrigin = (text: string): string | undefined => {
  const url = parseUrl('http', 'https')(text)
  if (url === undefined) return undefined
  const { origin, href } = new URL(url)
  return href === `${origin}/` && !origin.includes('*') ? origin : undefined
}

/** A comma-separated list without repetitions, every entry read by `parse`. */
export const parseList =
  <T>(parse: (text: string) => T | undefined) =>
  (text: string): readonly T[] | undefined => {
    const entries = [...new Set(text.split(',').map(entry => entry.trim()))].filter(entry => entry !== '')
    const values = entries.map(parse).filter(value => value !== undefined)
    return values.length === entries.length && values.length > 0 ? values : undefined
  }

/** Which entries of a list of several cannot be read, by their places; undefined where it is one entry, or none is wrong. */
export const wrongEntries =
  <T>(parse: (text: string) => T | undefined) =>
  (text: string): string | undefined => {
    const entries = text.split(',').map((entry, n) => ({ entry: entry.trim(), place: n + 1 }))
    const wrong = entries.filter(({ entry }) => entry !== '' && parse(entry) === undefined)
    if (entries.length < 2 || wrong.length === 0) return undefined
    return wrong
      .map(({ entry, place }) => `entry ${place} of ${entries.length}, ${JSON.stringify(entry)},`)
      .join(' and ')
  }

/** `host:port` */
export const parseBroker = (text: string): string | undefined => {
  const match = /^(\[[0-9a-fA-F:]+\]|[^\s:,/]+):(\d{1,5})$/.exec(text)
  return match && parsePort(match[2]!) ? text : undefined
}

export const parseOneOf =
  <T extends string>(allowed: readonly T[]) =>
  (text: string): T | undefined =>
    allowed.find(value => value === text.toLowerCase())

/** A text of any kind. */
export const anyText = (text: string): string => text
