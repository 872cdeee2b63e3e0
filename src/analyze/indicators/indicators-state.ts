import { type Instrument, parseInstrument } from '../../market/instrument.ts'
import { type Interval, isInterval } from '../../market/interval.ts'
import type { StateCodec, StatePart } from '../../stream/topology.ts'
import { NEVER_PROVISIONAL, type ProvisionalEnd } from '../provisional.ts'
import type { Folded } from '../revisable-window.ts'
import type { AllStates } from './all-indicators.ts'
import { newSeries, type Row, type Series, setWindow } from './series.ts'

/** The series of an instrument, by interval. */
export type IndicatorsState = { readonly instrument: Instrument; readonly series: Map<Interval, Series> }

/** openTime, high, low, close, volume and quoteVolume (null where they are not told), revision, and 1 where it is the exchange's own. */
type StoredRow = readonly [number, number, number, number, number | null, number | null, number, (0 | 1)?]
type Stored = {
  readonly base: Folded<AllStates> | null
  readonly kept: readonly StoredRow[]
  /** Not there in what was written before there were candles of the exchange. */
  readonly standInEnd?: ProvisionalEnd
}

export const newIndicatorsState = (key: string): IndicatorsState => ({
  instrument: parseInstrument(key),
  series: new Map()
})

/** The series of an interval, which begins with its first candle. */
export const seriesOf = ({ instrument, series }: IndicatorsState, interval: Interval): Series => {
  const found = series.get(interval) ?? newSeries(instrument, interval)
  series.set(interval, found)
  return found
}

const toStored = (row: Row): StoredRow => [
  row.openTime,
  row.high,
  row.low,
  row.close,
  row.volume,
  row.quoteVolume,
  row.revision,
  row.isFromExchange ? 1 : 0
]

const fromStored = ([openTime, high, low, close, volume, quoteVolume, revision, isFromExchange]: StoredRow): Row => ({
  openTime,
  high,
  low,
  close,
  volume,
  quoteVolume,
  revision,
  isFromExchange: isFromExchange === 1
})

const changes = ({ series }: IndicatorsState): readonly StatePart[] =>
  [...series.values()]
    .filter(one => one.changed)
    .map(one => {
      one.changed = false
      const stored: Stored = {
        base: one.window.base,
        kept: one.window.retained.map(toStored),
        standInEnd: one.provisionalEnd
      }
      return { name: one.interval, value: JSON.stringify(stored) }
    })

const restore = (key: string, parts: ReadonlyMap<string, string>): IndicatorsState => {
  const state = newIndicatorsState(key)
  for (const [name, text] of parts) {
    if (!isInterval(name)) continue
    const { base, kept, standInEnd = NEVER_PROVISIONAL } = JSON.parse(text) as Stored
    const series = seriesOf(state, name)
    series.provisionalEnd = standInEnd
    setWindow(series, { base, retained: kept.map(fromStored) })
  }
  return state
}

/** A part an interval. */
export const indicatorsStateCodec: StateCodec<IndicatorsState> = { version: '1', changes, restore }
