import { assetOfVolume, compact, isMoney, type NamedRole, roleOf } from './column-names.ts'
import type { TimeForm } from './file-time.ts'
import { type Places, unnamedColumns } from './unnamed-columns.ts'

/** The columns of a table: where they stand, and what was understood, in words. */
export type Columns = { readonly places: Places; readonly said: string }

/** What was not understood, in words; the caller knows where. */
export type NotFound = { readonly wrong: string }

type Sample = readonly (readonly string[])[]

const PRICES = ['open', 'high', 'low', 'close'] as const

const CLOCK = /^\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?$|^\d{6}$|^\d{4}$/

/** The columns of a role, in the order of the header. */
type ByRole = (role: NamedRole) => readonly number[]

const isTimes = (rows: Sample, at: number, form: TimeForm): boolean =>
  rows.every(cells => form.read(cells[at] ?? '') !== null)

/** A date in one column and the time of day in another. */
const joinedTime = (rows: Sample, candidates: readonly number[]): Pick<Places, 'time' | 'clock'> | null => {
  const clock = candidates.find(at => rows.every(cells => CLOCK.test(cells[at] ?? '')))
  const date = candidates.find(at => at !== clock)
  return clock === undefined || date === undefined ? null : { time: date, clock }
}

const timeOf = (
  names: readonly string[],
  byRole: ByRole,
  rows: Sample,
  form: () => TimeForm
): Pick<Places, 'time' | 'clock'> | null => {
  const joined = joinedTime(rows, byRole('time'))
  if (joined) return joined
  const unnamed = names.flatMap((name, at) =>
    /^(?:|index|unnamed.*|__index_level_\d__|price)$/i.test(name) ? [at] : []
  )
  const candidates = [...byRole('openTime'), ...byRole('time'), ...unnamed]
  const time = candidates.find(at => isTimes(rows, at, form()))
  if (time !== undefined) return { time, clock: null }
  const named = candidates[0]
  return named === undefined || unnamed.includes(named) ? null : { time: named, clock: null }
}

/** Volumes that name what they count: the base asset is the one that is no money, or with which the symbol begins. */
const assetVolumes = (
  names: readonly string[],
  byRole: ByRole,
  rows: Sample
): readonly [number | null, number | null] => {
  const named = names.flatMap((name, at) => {
    const asset = roleOf(name) === null ? assetOfVolume(name) : null
    return asset === null ? [] : [{ at, asset }]
  })
  const symbols = byRole('series').map(at => rows[0]?.[at]?.toUpperCase() ?? '')
  const base =
    named.find(({ asset }) => symbols.some(symbol => symbol.startsWith(asset))) ??
    named.find(({ asset }) => !isMoney(asset))
  const quote = named.find(one => one !== base)
  return [base?.at ?? null, quote?.at ?? null]
}

const volumesOf = (names: readonly string[], byRole: ByRole, rows: Sample): Pick<Places, 'volume' | 'quoteVolume'> => {
  const [base, quote] = assetVolumes(names, byRole, rows)
  return { volume: base ?? byRole('volume')[0] ?? null, quoteVolume: byRole('quoteVolume')[0] ?? quote }
}

/** What a header names doubly is clear to nobody; of two times by different names the first is taken. */
const doubled = (names: readonly string[], byRole: ByRole): readonly NamedRole[] => {
  const times = byRole('openTime').map(at => compact(names[at]!))
  const prices = PRICES.filter(role => byRole(role).length > 1)
  return new Set(times).size < times.length ? ['openTime', ...prices] : prices
}

const missingWords = (names: readonly string[], missing: readonly string[], byRole: ByRole): string => {
  const closes = missing.includes('openTime') && byRole('closeTime').length > 0
  const hint = closes ? '; it says when a candle closes alone' : ''
  return `the header has no ${missing.join(', ')} (it says ${names.join(',').slice(0, 120)})${hint}; name the columns openTime,open,high,low,close,volume`
}

const WORDS: Readonly<Record<string, string>> = { quoteVolume: 'quote volume', openTime: 'openTime' }

const saidOf = (names: readonly string[], places: Places): string => {
  const name = (at: number): string => (names[at] === '' ? `column ${at + 1}` : names[at]!)
  const time = places.clock === null ? name(places.time) : `${name(places.time)} and ${name(places.clock)}`
  const volumes = (['volume', 'quoteVolume'] as const).map(role => {
    const at = places[role]
    return at === null ? `no ${WORDS[role] ?? role}` : `${WORDS[role] ?? role} of ${name(at)}`
  })
  return `time of ${time}, prices of ${PRICES.map(role => name(places[role])).join(' ')}, ${volumes.join(', ')}`
}

const namedColumns = (names: readonly string[], rows: Sample, form: () => TimeForm): Columns | NotFound => {
  const roles = names.map(roleOf)
  const byRole: ByRole = role => roles.flatMap((one, at) => (one === role ? [at] : []))
  const closes = byRole('close').length > 0 ? byRole('close') : byRole('price')
  const time = timeOf(names, byRole, rows, form)
  const missing = [
    ...(time === null ? ['openTime'] : []),
    ...PRICES.filter(role => (role === 'close' ? closes : byRole(role)).length === 0)
  ]
  if (missing.length > 0) return { wrong: missingWords(names, missing, byRole) }
  const twice = doubled(names, byRole)
  if (twice.length > 0) return { wrong: `the header has ${twice.join(', ')} twice; give a file of one instrument` }
  const places: Places = {
    ...time!,
    open: byRole('open')[0]!,
    high: byRole('high')[0]!,
    low: byRole('low')[0]!,
    close: closes[0]!,
    ...volumesOf(names, byRole, rows),
    final: byRole('final')[0] ?? null,
    series: byRole('series')
  }
  return { places, said: saidOf(names, places) }
}

/** Finds the columns of candles by their names, or by the figures of the first rows where nothing names them. */
export const findColumns = (
  names: readonly string[] | null,
  rows: Sample,
  form: () => TimeForm
): Columns | NotFound => {
  if (names !== null) return namedColumns(names, rows, form)
  const found = unnamedColumns(rows)
  if (found && isTimes(rows.slice(0, 1), found.places.time, form()))
    return { ...found, said: `no header, ${found.said}` }
  const first = rows[0]?.join(',').slice(0, 120) ?? ''
  return {
    wrong: `no header, and no known order of the columns of candles: ${first}; name them openTime,open,high,low,close,volume`
  }
}
