import { type EpochMs, epochMs } from '../../src/market/time.ts'

const BEGIN = Date.UTC(2026, 0, 1)
const STEP_MS = 6 * 3_600_000

/** When the candles of a step of `upkeep-process.ts` open: every six hours. */
export const stepTime = (step: number): EpochMs => epochMs(BEGIN + step * STEP_MS)
