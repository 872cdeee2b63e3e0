import { aggregate } from '../../src/aggregate/aggregate.ts'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { INTERVALS } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Heartbeat, Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import { createSeededMarket } from '../../src/simulate/market/seeded/seeded-market.ts'
import { startSimulatedExchange } from '../../src/simulate/simulated-exchange.ts'
import { candles } from '../../src/topics.ts'
import { drive } from './drive.ts'

export const BTC = parseInstrument('binance:BTC/USDT')
export const MINUTE = 60_000

const { history } = createBinance('binance')

/** Opens an exchange with a past, of about `rate` trades a second. Whoever opens it closes it. */
export const openPastMarket = (rate: number, faults: Parameters<typeof startSimulatedExchange>[0]['faults'] = []) =>
  startSimulatedExchange({
    host: '127.0.0.1',
    port: 0,
    market: createSeededMarket({ seed: 7, rate, symbols: ['BTC/USDT'], quiet: [], clock: systemClock }),
    startOn: 'subscribed',
    faults,
    clock: systemClock,
    log: createLog('simulate', 'silent')
  })

const ask = async (rest: string, path: string): Promise<unknown> => (await fetch(rest + path)).json()

/** The trades of `[from, to)`, as the exchange's history has them. */
export const tradesOf = async (rest: string, from: number, to: number): Promise<readonly Trade[]> => {
  const first = history.firstFrom.decode(await ask(rest, history.firstFrom.request(BTC, epochMs(from)).path))
  const trades: Trade[] = []
  for (let next = first ?? 0; (trades.at(-1)?.time ?? 0) < to; ) {
    const page = await ask(rest, history.trades(BTC, { id: String(next), notBefore: null }, 1_000).path)
    const found = history.decodeTrades(page, BTC, systemClock.now())
    if (found.length === 0) break
    trades.push(...found)
    next = Number(trades.at(-1)!.id) + 1
  }
  return trades.filter(trade => trade.time >= from && trade.time < to)
}

/** The newest finals that an undisturbed run makes of the trades of a range, proven whole to its end. */
export const candlesOf = (trades: readonly Trade[], to: number): readonly Candle[] => {
  const beat: Heartbeat = {
    kind: 'heartbeat',
    ...BTC,
    time: epochMs(to),
    lastId: trades.at(-1)!.id,
    receivedAt: epochMs(to)
  }
  const options = { intervals: INTERVALS, gapHoldMs: 60_000, revisionHorizonMs: 600_000 }
  const finals = drive(aggregate(options), [...trades, beat]).outputs.flatMap(({ value }) => {
    const candle = value === null ? null : candles['1m'].codec.decode(Buffer.from(value))
    return candle?.final ? [candle] : []
  })
  return [...new Map(finals.map(candle => [`${candle.interval} ${candle.openTime}`, candle])).values()]
}
