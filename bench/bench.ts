/** What the flags of the same names say. */
export type BenchOptions = {
  readonly records: number
  readonly intervals: readonly string[] | null
  readonly seconds: number
  readonly symbols: number | null
  readonly rate: number
  /** Whose frames; null: those of an exchange that speaks as Binance does. */
  readonly venues: readonly string[] | null
  /** So many times the rate, for a second. */
  readonly burst: number
  readonly processes: number
  readonly guarantee: 'exactly-once' | 'at-least-once'
  readonly parts: readonly string[] | null
}

export type Figures = Readonly<Record<string, number | boolean | string>>

/** What is measured under one name. */
export type Bench = (options: BenchOptions) => Promise<Figures>
