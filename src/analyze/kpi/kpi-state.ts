import type { Ticker } from '../../market/records/feed/ticker.ts'
import type { StateCodec, StatePart } from '../../stream/topology.ts'
import { NEVER_PROVISIONAL, type ProvisionalEnd } from '../provisional.ts'
import type { Depth } from './depth.ts'
import { type MinuteCloses, NO_CLOSES } from './minute-closes.ts'

/** What the KPIs of an instrument are computed from. */
export type KpiState = {
  /** The newest ticker: time has come as far as it. */
  ticker: Ticker | null
  depths: readonly Depth[]
  minutes: MinuteCloses
  provisionalEnd: ProvisionalEnd
  /** Parts that changed since the last commit. */
  readonly changed: Set<Part>
}

type Part = typeof QUOTES | typeof MACD

export const QUOTES = 'quotes'
export const MACD = 'macd'

export const newKpiState = (): KpiState => ({
  ticker: null,
  depths: [],
  minutes: NO_CLOSES,
  provisionalEnd: null,
  changed: new Set()
})

/** `standInEnd` is not there in what was written before there were candles of the exchange. */
type StoredMinutes = {
  readonly base: MinuteCloses['base']
  readonly kept: MinuteCloses['retained']
  readonly standInEnd?: ProvisionalEnd
}

const storedMinutes = ({ minutes: { base, retained }, provisionalEnd }: KpiState): StoredMinutes => ({
  base,
  kept: retained,
  standInEnd: provisionalEnd
})

const write = (state: KpiState, name: Part): StatePart => {
  const { ticker, depths } = state
  return { name, value: JSON.stringify(name === QUOTES ? { ticker, depths } : storedMinutes(state)) }
}

const changes = (state: KpiState): readonly StatePart[] => {
  const parts = [...state.changed].map(name => write(state, name))
  state.changed.clear()
  return parts
}

const restoreMinutes = (text: string): Pick<KpiState, 'minutes' | 'provisionalEnd'> => {
  const { base, kept, standInEnd = NEVER_PROVISIONAL } = JSON.parse(text) as StoredMinutes
  return { minutes: { base, retained: kept }, provisionalEnd: standInEnd }
}

const restore = (_key: string, parts: ReadonlyMap<string, string>): KpiState => {
  const state = newKpiState()
  const [quotes, minutes] = [parts.get(QUOTES), parts.get(MACD)]
  if (quotes !== undefined) Object.assign(state, JSON.parse(quotes) as Pick<KpiState, 'ticker' | 'depths'>)
  if (minutes !== undefined) Object.assign(state, restoreMinutes(minutes))
  return state
}

/** Two parts: what changes every second, and what changes every minute. */
export const kpiStateCodec: StateCodec<KpiState> = { version: '1', changes, restore }
