import { type EpochMs, epochMs } from '../../market/time.ts'

/** The exchange's clock as one connection shows it, carried on by our monotonic clock. */
export type ExchangeClock = {
  /** Market data of the exchange's time `time` came at `atMs` (monotonic). */
  readonly note: (time: EpochMs, atMs: number) => void
  /** The same of an answer, by the clock of what answers: it counts until market data has shown how far the market is. */
  readonly noteAnswer: (time: EpochMs, atMs: number) => void
  /** The exchange's time at `atMs` (monotonic); null before the first of them. */
  readonly at: (atMs: number) => EpochMs | null
}

type Noted = { readonly time: EpochMs; readonly atMs: number }

const later = (known: Noted | null, noted: Noted): Noted => (known !== null && noted.time < known.time ? known : noted)

export const createExchangeClock = (): ExchangeClock => {
  let market: Noted | null = null
  let answer: Noted | null = null
  return {
    note: (time, atMs) => {
      market = later(market, { time, atMs })
    },
    noteAnswer: (time, atMs) => {
      answer = later(answer, { time, atMs })
    },
    at: atMs => {
      const newest = market ?? answer
      return newest && epochMs(newest.time + Math.max(0, Math.floor(atMs - newest.atMs)))
    }
  }
}
