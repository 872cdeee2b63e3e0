import { formatAge } from './format.ts'

/** What is shown is worth: by the word of the gateway, and by what was heard of it. */
export type Trust = {
  readonly state: 'live' | 'warming' | 'stalled' | 'reconnecting' | 'offline'
  readonly words: string
}

/** How the connection to the gateway stands. */
export type ConnectionState = 'live' | 'reconnecting' | 'offline'

/** What the verdict is made of. */
type Evidence = {
  readonly connection: ConnectionState
  /** As the gateway said it last; null: nothing yet. */
  readonly status: {
    readonly state: 'live' | 'warming' | 'stalled'
    readonly ageMs: number | null
    readonly symbols: readonly { readonly dataAgeMs: number | null }[]
  } | null
  /** Since then, by a clock that never jumps. */
  readonly silentMs: number
  /** The finest interval of candles: data are never newer than that. */
  readonly finestMs: number
}

/** The status comes every second. */
const SILENT_AFTER_MS = 4_000
const OVERDUE_MS = 5_000

/** Data this old are greyed. */
export const isStale = (ageMs: number | null, finestMs = 1_000): boolean =>
  ageMs === null || ageMs > finestMs + OVERDUE_MS

/** Whether what is on the screen is live: the connection stands, the gateway says so, and something new has come. */
export const trustOf = ({ connection, status, silentMs, finestMs }: Evidence): Trust => {
  if (connection !== 'live') return { state: connection, words: connection }
  if (status === null) return { state: 'warming', words: 'starting' }
  if (silentMs > SILENT_AFTER_MS) return { state: 'stalled', words: `stalled, ${formatAge(silentMs)} old` }
  if (status.state === 'stalled') {
    const age = status.ageMs === null ? '' : `, ${formatAge(status.ageMs + silentMs)} old`
    return { state: 'stalled', words: `stalled${age}` }
  }
  if (status.state === 'warming') return { state: 'warming', words: 'catching up' }
  const ages = status.symbols.flatMap(({ dataAgeMs }) => (dataAgeMs === null ? [] : [dataAgeMs + silentMs]))
  if (ages.length === 0) return { state: 'live', words: 'live, no data yet' }
  const newest = Math.min(...ages)
  if (isStale(newest, finestMs)) return { state: 'stalled', words: `stalled, ${formatAge(newest)} old` }
  const stale = ages.filter(age => isStale(age, finestMs)).length
  return { state: 'live', words: stale === 0 ? 'live' : `live, ${stale} of ${status.symbols.length} stale` }
}
