import type { EpochMs } from '../../time.ts'

/** Price and quantity, both canonical decimals. */
export type BookLevel = readonly [price: string, quantity: string]

/** The best levels of a synchronised order book at one moment, best first. */
export type BookTop = {
  readonly exchange: string
  readonly symbol: string
  /** Event time of the newest change in it. */
  readonly time: EpochMs
  readonly receivedAt: EpochMs
  /** The exchange's id of the newest change in it. */
  readonly lastUpdateId: string
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
  /** True while the book is being built anew: a change was missed, so nothing is known, and no level stands in it. */
  readonly stale?: true
}
