import { type Instrument, parseInstrument } from '../../market/instrument.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import type { Verification } from '../../market/records/derived/verification.ts'
import type { StateCodec, StatePart } from '../../stream/topology.ts'
import type { Compared } from './compare-figures.ts'

/** One minute, as far as it is known. */
export type VerifiedWindow = {
  readonly openTime: number
  computed: { readonly revision: number; readonly isComplete: boolean; readonly figures: Compared } | null
  reference: Compared | null
  /** null until both are there. */
  result: Verification['result'] | null
}

/** The minutes of an instrument, of the last day. */
export type VerificationState = {
  readonly instrument: Instrument
  /** By open time, in any order. */
  readonly windows: Map<number, VerifiedWindow>
  /** Open time of the newest minute that either has; null before the first. */
  newest: number | null
  /** Open time of our first candle: what the exchange has before it is compared with nothing. */
  ownFrom: number | null
  /** End of the newest equal minute that has left. */
  equalTo: number | null
  /** Chunks of windows that changed since the last commit. */
  readonly changed: Set<number>
}

/** Ten minutes to a part. */
const CHUNK_MS = 10 * INTERVAL_MS['1m']
const HEAD = 'head'

export const newVerificationState = (key: string): VerificationState => ({
  instrument: parseInstrument(key),
  windows: new Map(),
  newest: null,
  ownFrom: null,
  equalTo: null,
  changed: new Set()
})

/** Notes that a window was changed, or has left. */
export const touch = ({ changed }: VerificationState, openTime: number): void =>
  void changed.add(Math.floor(openTime / CHUNK_MS))

type Head = Pick<VerificationState, 'newest' | 'ownFrom' | 'equalTo'>
/** `theirs`: 0 where it is the same as ours, which is the rule. */
type StoredWindow = readonly [
  openTime: number,
  VerifiedWindow['computed'],
  Compared | 0 | null,
  VerifiedWindow['result']
]

const isSame = (a: Compared | null, b: Compared | null): boolean =>
  a !== null && b !== null && a.every((text, at) => text === b[at])

const toStored = ({ openTime, computed, reference, result }: VerifiedWindow): StoredWindow => [
  openTime,
  computed,
  isSame(computed?.figures ?? null, reference) ? 0 : reference,
  result
]

const fromStored = ([openTime, computed, reference, result]: StoredWindow): VerifiedWindow => ({
  openTime,
  computed,
  reference: reference === 0 ? (computed?.figures ?? null) : reference,
  result
})

const writeChunk = ({ windows }: VerificationState, chunk: number): StatePart => {
  const times = Array.from({ length: 10 }, (_, n) => chunk * CHUNK_MS + n * INTERVAL_MS['1m'])
  const rows = times.flatMap(openTime => windows.get(openTime) ?? []).map(toStored)
  return { name: `minutes/${chunk}`, value: rows.length === 0 ? null : JSON.stringify(rows) }
}

const changes = (state: VerificationState): readonly StatePart[] => {
  if (state.changed.size === 0) return []
  const parts = [...state.changed].map(chunk => writeChunk(state, chunk))
  state.changed.clear()
  const { newest, ownFrom, equalTo } = state
  return [...parts, { name: HEAD, value: JSON.stringify({ newest, ownFrom, equalTo } satisfies Head) }]
}

const restore = (key: string, parts: ReadonlyMap<string, string>): VerificationState => {
  const state = newVerificationState(key)
  for (const [name, text] of parts) {
    if (name === HEAD) Object.assign(state, JSON.parse(text) as Head)
    else for (const row of JSON.parse(text) as readonly StoredWindow[]) state.windows.set(row[0], fromStored(row))
  }
  return state
}

/** A head, and ten minutes to a part. */
export const verificationStateCodec: StateCodec<VerificationState> = { version: '1', changes, restore }
