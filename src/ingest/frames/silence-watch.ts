/** Which streams of a connection bring no trade for many times their usual interval. Times are monotonic milliseconds. */
export type SilenceWatch = {
  /** The streams flow, for the first time or again. */
  readonly open: (nowMs: number) => void
  /** A trade of that symbol has come. */
  readonly note: (symbol: string, nowMs: number) => void
  /** Symbols that have been silent for so long that history has to settle why. Each is named once; the next time later. */
  readonly due: (nowMs: number) => readonly string[]
  /** Whether trades of that symbol have come before. */
  readonly hasTraded: (symbol: string) => boolean
}

/** Trades come by chance: a pause of so many usual intervals does not. */
const INTERVALS = 20
const MIN_MS = 30_000
/** A stream that has brought nothing at all is looked after so long. */
const UNHEARD_MS = 60_000
/** Where nothing was traded, history is asked less and less often. */
const MAX_MS = 3_600_000
/** The weight of the newest interval in what is usual. */
const WEIGHT = 0.1

type Rhythm = {
  lastAtMs: number
  /** Usual milliseconds between two trades; null before the second one. */
  usualMs: number | null
  /** When it is looked at, if nothing comes before. */
  dueAtMs: number
}

const patienceOf = (usualMs: number | null): number =>
  usualMs === null ? UNHEARD_MS : Math.min(MAX_MS, Math.max(MIN_MS, INTERVALS * usualMs))

export const createSilenceWatch = (symbols: Iterable<string>): SilenceWatch => {
  const rhythms = new Map<string, Rhythm>()
  for (const symbol of symbols) rhythms.set(symbol, { lastAtMs: 0, usualMs: null, dueAtMs: UNHEARD_MS })
  return {
    open: nowMs => {
      for (const one of rhythms.values())
        Object.assign(one, { lastAtMs: nowMs, dueAtMs: nowMs + patienceOf(one.usualMs) })
    },
    note: (symbol, nowMs) => {
      const one = rhythms.get(symbol)
      if (!one) return
      const intervalMs = nowMs - one.lastAtMs
      one.usualMs = one.usualMs === null ? intervalMs : one.usualMs + WEIGHT * (intervalMs - one.usualMs)
      one.lastAtMs = nowMs
      one.dueAtMs = nowMs + patienceOf(one.usualMs)
    },
    due: nowMs =>
      [...rhythms].flatMap(([symbol, one]) => {
        if (nowMs < one.dueAtMs) return []
        one.dueAtMs = nowMs + Math.min(MAX_MS, nowMs - one.lastAtMs)
        return [symbol]
      }),
    hasTraded: symbol => rhythms.get(symbol)?.usualMs != null
  }
}
