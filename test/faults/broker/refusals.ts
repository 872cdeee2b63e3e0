import { epochOf } from '../../../src/market/epoch.ts'
import { isTrade, type Trade } from '../../../src/market/records/feed/trade.ts'
import { rawTicks } from '../../../src/topics.ts'
import type { FaultInjector } from '../world/injector.ts'
import type { Random } from '../world/random.ts'
import { bytesOf, type NewRecord } from './partition-log.ts'

/** Which trades the broker takes never, however often they are sent; what history has of such a one it may take. */
export type Refusals = {
  readonly refuses: (topic: string, record: NewRecord, injector: FaultInjector) => boolean
  /** Whether it did so with a trade as a source had it. */
  readonly hasRefused: (symbol: string, epoch: number, id: number, via: 'stream' | 'history') => boolean
}

/** How likely the broker refuses the same trade again when it comes from history. */
const AGAIN = 0.5

export const createRefusals = (random: Random): Refusals => {
  const decided = new Map<string, boolean>()
  const nameOf = (symbol: string, epoch: number, id: string | number, via: string): string =>
    `${symbol} ${epoch}/${id} ${via}`
  const decide = ({ symbol, id, via, ...rest }: Trade, injector: FaultInjector): boolean => {
    if (via === 'history' && decided.get(nameOf(symbol, epochOf(rest), id, 'stream'))) return random.chance(AGAIN)
    return injector.strikes('record refused for good')
  }
  return {
    refuses: (topic, { value }, injector) => {
      const tick = topic === rawTicks.name && value !== null ? rawTicks.codec.decode(bytesOf(value)) : null
      if (!tick || !isTrade(tick)) return false
      const name = nameOf(tick.symbol, epochOf(tick), tick.id, tick.via)
      const isRefused = decided.get(name) ?? decide(tick, injector)
      decided.set(name, isRefused)
      return isRefused
    },
    hasRefused: (symbol, epoch, id, via) => decided.get(nameOf(symbol, epoch, id, via)) ?? false
  }
}
