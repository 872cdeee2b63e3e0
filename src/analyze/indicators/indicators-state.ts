import { type Instrument, parseInstrument } from '../../market/instrument.ts'
import { type Interval, isInterval } from '../../market/interval.ts'
import type { StateCodec, StatePart } from '../../stream/topology.ts'
import type { Folded } from '../trail.ts'
import type { AllStates } from './all-indicators.ts'
import { newSeries, type Row, type Series, setTrail } from './series.ts'

/** The series of an instrument, by interval. */
export type IndicatorsState = { readonly of: Instrument; readonly series: Map<Interval, Series> }

/** openTime, high, low, close, volume, quoteVolume, revision. */
type StoredRow = readonly [number, number, number, number, number, number, number]
type Stored = { readonly base: Folded<AllStates> | null; readonly kept: readonly StoredRow[] }

export const newIndicatorsState = (key: string): IndicatorsState => ({ of: parseInstrument(key), series: new Map() })

/** The series of an interval, which begins with its first candle. */
export const seriesOf = ({ of, series }: IndicatorsState, interval: Interval): Series => {
  const known = series.get(interval) ?? newSeries(of, interval)
  series.set(interval, known)
  return known
}

const toStored = (row: Row): StoredRow => [
  row.openTime,
  row.high,
  row.low,
  row.close,
  row.volume,
  row.quoteVolume,
  row.revision
]

const fromStored = ([openTime, high, low, close, volume, quoteVolume, revision]: StoredRow): Row => ({
  openTime,
  high,
  low,
  close,
  volume,
  quoteVolume,
  revision
})

const changes = ({ series }: IndicatorsState): readonly StatePart[] =>
  [...series.values()]
    .filter(one => one.changed)
    .map(one => {
      one.changed = false
      const stored: Stored = { base: one.trail.base, kept: one.trail.kept.map(toStored) }
      return { name: one.interval, value: JSON.stringify(stored) }
    })

const restore = (key: string, parts: ReadonlyMap<string, string>): IndicatorsState => {
  const state = newIndicatorsState(key)
  for (const [name, text] of parts) {
    if (!isInterval(name)) continue
    const { base, kept } = JSON.parse(text) as Stored
    setTrail(seriesOf(state, name), { base, kept: kept.map(fromStored) })
  }
  return state
}

/** A part an interval. */
export const indicatorsStateCodec: StateCodec<IndicatorsState> = { version: '1', changes, restore }
