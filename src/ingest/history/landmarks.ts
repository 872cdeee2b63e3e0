import { type EpochMs, epochMs } from '../../market/time.ts'

/** Where a walk through history begins: no trade of that id, or a higher one, was printed before; null: not known. */
export type WalkStart = { readonly id: number; readonly notBefore: EpochMs | null }

/** Trades of one instrument whose ids and times are known, few of many: an exchange may have to be asked by time. */
export type Landmarks = {
  /** A trade of that id was printed by `time`, and all before it. */
  readonly note: (id: number, time: number) => void
  /** When the trades from an id on were printed at the earliest. */
  readonly startAt: (id: number) => WalkStart
}

type Landmark = { readonly id: number; readonly time: number }

const MAX_LANDMARKS = 500
/** Denser ones would not shorten a walk. */
const MIN_APART_MS = 1_000
/** Trades are printed in the order of their ids; so much is left for clocks inside the exchange. */
const MARGIN_MS = 2_000

export const createLandmarks = (): Landmarks => {
  const known: Landmark[] = []
  /** Index of the last one up to an id; -1 where there is none. */
  const lastTo = (id: number): number => known.findLastIndex(landmark => landmark.id <= id)
  return {
    note: (id, time) => {
      const at = lastTo(id)
      const nearest = known[at]
      if (nearest && time - nearest.time < MIN_APART_MS) return
      known.splice(at + 1, 0, { id, time })
      if (known.length > MAX_LANDMARKS) known.shift()
    },
    startAt: id => {
      const nearest = known[lastTo(id)]
      return { id, notBefore: nearest ? epochMs(Math.max(0, nearest.time - MARGIN_MS)) : null }
    }
  }
}
