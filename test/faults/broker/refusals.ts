import { isTrade } from '../../../src/market/trade.ts'
import { rawTicks } from '../../../src/topics.ts'
import type { Random } from '../world/random.ts'
import type { Weather } from '../world/weather.ts'
import { bytesOf, type NewRecord } from './partition-log.ts'

/** Which trades the broker takes never, however often they are sent; what history has of such a one it may take. */
export type Refusals = {
  readonly refuses: (topic: string, record: NewRecord, weather: Weather) => boolean
  /** Whether it did so with a trade as a source had it. */
  readonly hasRefused: (symbol: string, id: number, via: 'stream' | 'history') => boolean
}

/** How likely the broker refuses the same trade again when it comes from history. */
const AGAIN = 0.5

export const createRefusals = (random: Random): Refusals => {
  const decided = new Map<string, boolean>()
  const nameOf = (symbol: string, id: string | number, via: string): string => `${symbol} ${id} ${via}`
  const decide = (symbol: string, id: string, via: string, weather: Weather): boolean => {
    if (via === 'history' && decided.get(nameOf(symbol, id, 'stream'))) return random.chance(AGAIN)
    return weather.strikes('record refused for good')
  }
  return {
    refuses: (topic, { value }, weather) => {
      const tick = topic === rawTicks.name && value !== null ? rawTicks.codec.decode(bytesOf(value)) : null
      if (!tick || !isTrade(tick)) return false
      const { symbol, id, via } = tick
      const isRefused = decided.get(nameOf(symbol, id, via)) ?? decide(symbol, id, via, weather)
      decided.set(nameOf(symbol, id, via), isRefused)
      return isRefused
    },
    hasRefused: (symbol, id, via) => decided.get(nameOf(symbol, id, via)) ?? false
  }
}
