import type { Rate } from '../../exchange/rest-interface.ts'
import type { Clock } from '../../runtime/clock.ts'

/** Keeps the attempts to connect to one exchange within its limit; all its connections share it. */
export type ConnectLimiter = { readonly acquire: () => Promise<void> }

/** Others on this address connect as well. */
const SHARE = 0.5

export const createConnectLimiter = ({ max, perMs }: Rate, clock: Clock, signal: AbortSignal): ConnectLimiter => {
  const most = Math.max(1, Math.floor(max * SHARE))
  const attempts: number[] = []
  return {
    acquire: async () => {
      const earlier = attempts.length < most ? undefined : attempts[attempts.length - most]
      const waitMs = earlier === undefined ? 0 : earlier + perMs - clock.monotonicMs()
      attempts.push(clock.monotonicMs() + Math.max(0, waitMs))
      if (attempts.length > most) attempts.shift()
      if (waitMs > 0) await clock.sleep(waitMs, signal)
    }
  }
}
