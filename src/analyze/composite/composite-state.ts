import { INTERVAL_MS } from '../../market/interval.ts'
import type { StateCodec, StatePart } from '../../stream/topology.ts'
import type { VenueCandle } from './venue-candle.ts'

/** One window, as far as it is known. */
export type CompositeWindow = {
  readonly openTime: number
  readonly candles: Map<string, VenueCandle>
  /** Of what was published; null before. */
  revision: number | null
}

/** The windows of a symbol across its venues, of the last day. */
export type CompositeState = {
  /** By open time, in any order. */
  readonly windows: Map<number, CompositeWindow>
  /** Open time of the newest window that any venue has; null before the first. */
  newest: number | null
  /** Chunks of windows that changed since the last commit. */
  readonly changed: Set<number>
}

/** Ten minutes to a part. */
const WINDOWS_PER_CHUNK = 10
const MINUTE_MS = INTERVAL_MS['1m']
const CHUNK_MS = WINDOWS_PER_CHUNK * MINUTE_MS
const HEAD = 'head'

export const newCompositeState = (): CompositeState => ({ windows: new Map(), newest: null, changed: new Set() })

/** Notes that a window was changed, or has left. */
export const touch = ({ changed }: CompositeState, openTime: number): void =>
  void changed.add(Math.floor(openTime / CHUNK_MS))

type StoredCandle = readonly [exchange: string, ...VenueRow]
type VenueRow = readonly [
  close: string,
  volume: string,
  quoteVolume: string,
  status: VenueCandle['status'],
  revision: number
]
type StoredWindow = readonly [openTime: number, revision: number | null, candles: readonly StoredCandle[]]

const toStored = ({ openTime, revision, candles }: CompositeWindow): StoredWindow => [
  openTime,
  revision,
  [...candles].map(([exchange, { close, volume, quoteVolume, status, revision: ofCandle }]) => [
    exchange,
    close,
    volume,
    quoteVolume,
    status,
    ofCandle
  ])
]

const fromStored = ([openTime, revision, rows]: StoredWindow): CompositeWindow => ({
  openTime,
  revision,
  candles: new Map(
    rows.map(([exchange, close, volume, quoteVolume, status, ofCandle]) => [
      exchange,
      { close, volume, quoteVolume, status, revision: ofCandle }
    ])
  )
})

const writeChunk = ({ windows }: CompositeState, chunk: number): StatePart => {
  const times = Array.from({ length: WINDOWS_PER_CHUNK }, (_, n) => chunk * CHUNK_MS + n * MINUTE_MS)
  const rows = times.flatMap(openTime => windows.get(openTime) ?? []).map(toStored)
  return { name: `minutes/${chunk}`, value: rows.length === 0 ? null : JSON.stringify(rows) }
}

const changes = (state: CompositeState): readonly StatePart[] => {
  if (state.changed.size === 0) return []
  const parts = [...state.changed].map(chunk => writeChunk(state, chunk))
  state.changed.clear()
  return [...parts, { name: HEAD, value: JSON.stringify({ newest: state.newest }) }]
}

const restore = (_key: string, parts: ReadonlyMap<string, string>): CompositeState => {
  const state = newCompositeState()
  for (const [name, text] of parts) {
    if (name === HEAD) state.newest = (JSON.parse(text) as Pick<CompositeState, 'newest'>).newest
    else for (const row of JSON.parse(text) as readonly StoredWindow[]) state.windows.set(row[0], fromStored(row))
  }
  return state
}

/** A head, and ten minutes to a part. */
export const compositeStateCodec: StateCodec<CompositeState> = { version: '1', changes, restore }
