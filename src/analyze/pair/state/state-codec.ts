import { PAIR_SIDES } from '../../../market/records/derived/pair-leg.ts'
import type { StateCodec, StatePart } from '../../../stream/topology.ts'
import { type Point, restorePairSeries } from './pair-series.ts'
import { chunkOf, HEAD, newPairState, type PairOptions, type PairState } from './pair-state.ts'

const FORMAT = 1

/**
 * What came before the points, and when they begin: the oldest chunk is left as it is while one of its points is needed.
 * A head written before 2026-12 holds a filter (`base`) that knew prices by their unit; it is passed over, since a filter begins with points.
 */
type Head = { readonly from: number; readonly forgotten: number; readonly stale: number | null }
type PointRow = readonly [openTime: number, a: number, b: number]
type PriceRow = readonly [openTime: number, price: number]

const pointRows = (state: PairState, chunk: number): readonly PointRow[] =>
  state.series.points
    .filter(({ openTime }) => chunkOf(state, openTime) === chunk)
    .map(({ openTime, a, b }) => [openTime, a, b])

const rowsOf = (state: PairState, name: string): readonly unknown[] => {
  const chunk = Number(name.slice(name.indexOf('/') + 1))
  const side = PAIR_SIDES.find(one => name.startsWith(`${one}/`))
  return side ? [...(state.waiting[side].get(chunk) ?? [])] : pointRows(state, chunk)
}

const writePart = (state: PairState, name: string): StatePart => {
  const rows = rowsOf(state, name)
  return { name, value: rows.length === 0 ? null : JSON.stringify(rows) }
}

const headOf = ({ series: { points, forgotten }, stale }: PairState): Head => ({
  from: points[0]?.openTime ?? 0,
  forgotten,
  stale
})

const changes = (state: PairState): readonly StatePart[] => {
  if (state.changed.size === 0) return []
  state.changed.delete(HEAD)
  const parts = [...state.changed].map(name => writePart(state, name))
  state.changed.clear()
  return [...parts, { name: HEAD, value: JSON.stringify(headOf(state)) }]
}

const chunks = (parts: ReadonlyMap<string, string>, kind: string): readonly (readonly [number, string])[] =>
  [...parts]
    .filter(([name]) => name.startsWith(`${kind}/`))
    .map(([name, text]) => [Number(name.slice(kind.length + 1)), text] as const)

const pointsIn = (parts: ReadonlyMap<string, string>, from: number): readonly Point[] =>
  chunks(parts, 'points')
    .flatMap(([, text]) => JSON.parse(text) as PointRow[])
    .filter(([openTime]) => openTime >= from)
    .map(([openTime, a, b]) => ({ openTime, a, b }))
    .sort((one, other) => one.openTime - other.openTime)

const restore =
  (options: PairOptions) =>
  (key: string, parts: ReadonlyMap<string, string>): PairState => {
    const state = newPairState(options)(key)
    const head = parts.get(HEAD)
    if (head === undefined) return state
    const { from, forgotten, stale } = JSON.parse(head) as Head
    state.stale = stale
    state.series = restorePairSeries(options.window, { points: pointsIn(parts, from), forgotten })
    for (const side of PAIR_SIDES)
      for (const [chunk, text] of chunks(parts, side))
        state.waiting[side].set(chunk, new Map(JSON.parse(text) as PriceRow[]))
    return state
  }

const isOfThisFormat = (version: string): boolean => version.startsWith(`${FORMAT} `)

/**
 * A pair's state as a `head`, its points and what waits on each side in chunks. For another window, or another kind of price, the legs are
 * read again as far as their topic has them; what was published with the older one stays.
 */
export const pairStateCodec = (options: PairOptions): StateCodec<PairState> => ({
  version: `${FORMAT} ${options.window} ${options.prices}`,
  rebuild: version => (isOfThisFormat(version) ? { from: null, publishedTo: () => true } : null),
  changes,
  restore: restore(options)
})
