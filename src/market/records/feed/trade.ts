import type { InEpoch } from '../../epoch.ts'
import type { EpochMs } from '../../time.ts'

/** One print of an exchange, as it stands in `raw_ticks`. */
export type Trade = InEpoch & {
  readonly exchange: string
  /** `BASE/QUOTE` */
  readonly symbol: string
  /** The exchange's own id, as text. */
  readonly id: string
  /** Canonical decimal, in quote currency. */
  readonly price: string
  /** Canonical decimal, in base currency. */
  readonly quantity: string
  /** When the exchange printed it. */
  readonly time: EpochMs
  readonly receivedAt: EpochMs
  /** The taker's side. */
  readonly side: 'buy' | 'sell'
  /** How it came here. */
  readonly via: 'stream' | 'history'
}

/** Every trade that the exchange printed up to `time`, `lastId` the newest of them, stands before this record; holes in `gaps` apart. */
export type Heartbeat = InEpoch & {
  readonly kind: 'heartbeat'
  readonly exchange: string
  readonly symbol: string
  readonly time: EpochMs
  readonly lastId: string
  readonly receivedAt: EpochMs
}

/** The ids `fromId..toId` (inclusive) were given up: no stream carried them and history does not have them. */
export type LostTrades = InEpoch & {
  readonly kind: 'gap'
  readonly exchange: string
  readonly symbol: string
  readonly fromId: string
  readonly toId: string
  readonly time: EpochMs
  readonly receivedAt: EpochMs
}

/** A record of `raw_ticks`; a trade is the one without `kind`. */
export type Tick = Trade | Heartbeat | LostTrades

export const isTrade = (tick: Tick): tick is Trade => !('kind' in tick)
