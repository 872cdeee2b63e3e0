import { encodeTrade } from '../../../src/exchange/binance/stream/encode.ts'
import { INTERVAL_MS } from '../../../src/market/interval.ts'
import { type EpochMs, epochMs } from '../../../src/market/time.ts'
import type { FaultInjector } from '../world/injector.ts'
import type { Random } from '../world/random.ts'
import type { Print } from './market.ts'
import { native } from './native.ts'

/** Puts trades into frames; in some injector with times that have not come. */
export type TradeFrames<Peer> = {
  readonly write: (peer: Peer, symbol: string, print: Print) => string
  /** What was printed, by the frames that have said so. */
  readonly told: ReadonlyMap<string, Print>
  /** All frames that were not true; no true one has the same text. */
  readonly untrue: ReadonlySet<string>
}

export const streamOf = (symbol: string): string => `${native(symbol).toLowerCase()}@trade`

/** Up to these; the last is more than any clock is wrong by. */
const MAX_AHEAD_MS = [INTERVAL_MS['5m'], INTERVAL_MS['1h'], 5 * INTERVAL_MS['1h'], 40 * INTERVAL_MS['1d']]
const MIN_AHEAD_MS = INTERVAL_MS['1m']

export const createTradeFrames = <Peer extends object>(injector: FaultInjector, random: Random): TradeFrames<Peer> => {
  const untrue = new Set<string>()
  const allTold = new Map<string, Print>()
  /** Whose last frame was of the present. Frames of the future and nothing else are what a wrong clock of one's own looks like. */
  const informed = new WeakSet<Peer>()
  const later = (time: number): EpochMs => epochMs(time + random.int(MIN_AHEAD_MS, random.pick(MAX_AHEAD_MS)))
  const eventTimeFor = (peer: Peer, time: EpochMs): EpochMs => {
    if (informed.delete(peer) && injector.strikes('frame of the future')) return later(time)
    informed.add(peer)
    return epochMs(time + 1)
  }
  return {
    untrue,
    told: allTold,
    write: (peer, symbol, print) => {
      const eventTime = eventTimeFor(peer, print.time)
      const isLate = eventTime > print.time + 1
      const told = injector.strikes('trade of the future') ? later(print.time) : print.time
      const text = `{"stream":"${streamOf(symbol)}","data":${encodeTrade(native(symbol), { ...print, time: told }, eventTime)}}`
      if (isLate || told !== print.time) untrue.add(text)
      else allTold.set(text, print)
      return text
    }
  }
}
