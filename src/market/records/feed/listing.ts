import type { Instrument } from '../../instrument.ts'
import type { EpochMs } from '../../time.ts'

/** What an exchange's own list said of an instrument when it was asked last. */
export type Listing = Instrument & {
  /** In the exchange's words, for example TRADING, HALT or BREAK; null: its list does not hold the instrument. */
  readonly status: string | null
  /** When it was asked, by the clock of the machine that asked. */
  readonly checkedAt: EpochMs
}
