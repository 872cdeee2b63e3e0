import { now } from '../browser/browser-clock.ts'

let ahead = 0

/** Learns how far the gateway's clock is ahead of this machine's. */
export const learnServerTime = (time: number): void => {
  ahead = time - now()
}

/** The gateway's clock. */
export const serverTime = (): number => now() + ahead
