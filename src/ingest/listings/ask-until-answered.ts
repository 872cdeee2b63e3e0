import type { Exchange } from '../../exchange/exchange.ts'
import { TickstreamError } from '../../market/error.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { retry } from '../../runtime/retry.ts'
import type { Rest } from '../transport/rest.ts'

/** What waiting for an exchange's list works with. */
export type Waiting = {
  readonly exchange: Exchange
  readonly rest: Pick<Rest, 'ask'>
  readonly clock: Clock
  readonly health: Health
  readonly log: Logger
  readonly random: () => number
  readonly signal: AbortSignal
}

const WAITS = { firstMs: 1_000, mostMs: 60_000 }

/** Asks for what an exchange lists until it answers; `part` says of what, in `/readyz` and the log. Throws `TS-CONFIG` as `ask` does. */
export const askUntilAnswered = async <T>(
  { clock, health, log, random, signal }: Omit<Waiting, 'exchange' | 'rest'>,
  part: string,
  ask: () => Promise<T>
): Promise<T> => {
  const failures = { count: 0 }
  const onFailure = (err: unknown): void => {
    if (failures.count === 1) log.warn({ err }, `${part}: its list cannot be read yet; trying again`)
    health.report(part, 'its list cannot be read yet')
  }
  const policy = { waits: WAITS, clock, random, signal, failures, mayPass: isNoWrongSetting, onFailure }
  const answer = await retry(ask, policy)
  health.report(part, null)
  return answer
}

/** Anything else passes, or is somebody else's to mend while this waits. */
const isNoWrongSetting = (error: unknown): boolean => !(error instanceof TickstreamError && error.code === 'TS-CONFIG')
