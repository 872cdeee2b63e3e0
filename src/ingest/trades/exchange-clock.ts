import { type EpochMs, epochMs } from '../../market/time.ts'

/** The exchange's clock as one connection shows it, carried on by our monotonic clock. */
export type ExchangeClock = {
  /** A frame of the exchange's time `time` came at `atMs` (monotonic). */
  readonly note: (time: EpochMs, atMs: number) => void
  /** The exchange's time at `atMs` (monotonic); null before the first frame. */
  readonly at: (atMs: number) => EpochMs | null
}

export const createExchangeClock = (): ExchangeClock => {
  let newest: EpochMs | null = null
  let newestAtMs = 0
  return {
    note: (time, atMs) => {
      if (newest !== null && time < newest) return
      newest = time
      newestAtMs = atMs
    },
    at: atMs => (newest === null ? null : epochMs(newest + Math.max(0, Math.floor(atMs - newestAtMs))))
  }
}
