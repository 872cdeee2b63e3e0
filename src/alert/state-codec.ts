import type { AlertRule } from '../market/records/alert/alert-rule.ts'
import type { StateCodec, StatePart } from '../stream/topology.ts'
import { type AlertState, activeRules, type Crossing, newAlertState } from './alert-state.ts'
import { type CandleRow, restoreRows, rowChunk } from './candle-rows.ts'

type StoredRow = readonly [openTime: number, close: number, volume: number]

/** `instrument/chunk`; an instrument holds a slash of its own. */
const chunkRows = (state: AlertState, name: string): readonly StoredRow[] | undefined => {
  const slash = name.lastIndexOf('/')
  const rows = (state.candles.get(name.slice(0, slash)) ?? []).filter(
    row => rowChunk(row.openTime) === Number(name.slice(slash + 1))
  )
  return rows.length === 0 ? undefined : rows.map(({ openTime, close, volume }) => [openTime, close, volume])
}

/** What a part holds now; undefined when it is gone. */
const contentOf = (state: AlertState, part: string): unknown => {
  const slash = part.indexOf('/')
  const [kind, name] = [part.slice(0, slash), part.slice(slash + 1)]
  if (kind === 'rule') return state.rules.get(name)
  if (kind === 'edge') return state.crossings.get(name)
  if (kind === 'seen') return state.lastObserved.get(name)
  if (kind === 'newest') return state.newest.get(name)
  return kind === 'candles' ? chunkRows(state, name) : state.clock
}

const changes = (state: AlertState): readonly StatePart[] => {
  const parts = [...state.changed].map(name => ({
    name,
    value: JSON.stringify(contentOf(state, name)) ?? null
  }))
  state.changed.clear()
  return parts
}

const named = (parts: ReadonlyMap<string, string>, kind: string): readonly (readonly [string, string])[] =>
  [...parts]
    .filter(([part]) => part.startsWith(`${kind}/`))
    .map(([part, text]) => [part.slice(kind.length + 1), text] as const)

const restoreCandles = (state: AlertState, parts: ReadonlyMap<string, string>): void => {
  const chunks = Map.groupBy(named(parts, 'candles'), ([name]) => name.slice(0, name.lastIndexOf('/')))
  for (const [instrument, chunk] of chunks) {
    const rows = chunk.flatMap(([, text]) => JSON.parse(text) as StoredRow[])
    const stored = rows.map(([openTime, close, volume]): CandleRow => ({ openTime, close, volume }))
    state.candles.set(instrument, restoreRows(stored))
  }
}

const restore =
  (builtIn: readonly AlertRule[]) =>
  (_key: string, parts: ReadonlyMap<string, string>): AlertState => {
    const state = newAlertState(builtIn)
    state.clock = Number(parts.get('head') ?? 0)
    for (const [name, text] of named(parts, 'rule')) state.rules.set(name, JSON.parse(text) as AlertRule)
    for (const [name, text] of named(parts, 'edge')) state.crossings.set(name, JSON.parse(text) as Crossing)
    for (const [name, text] of named(parts, 'seen')) state.lastObserved.set(name, Number(text))
    for (const [name, text] of named(parts, 'newest')) state.newest.set(name, Number(text))
    restoreCandles(state, parts)
    state.active = activeRules(state.rules, builtIn)
    return state
  }

/** A part a rule, a bound that was crossed, an instrument and a series of figures; candles fifty to a part. */
export const alertStateCodec = (builtIn: readonly AlertRule[]): StateCodec<AlertState> => ({
  version: '1',
  changes,
  restore: restore(builtIn)
})
