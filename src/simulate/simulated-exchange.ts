import { createServer, type Server } from 'node:http'
import { TickstreamError } from '../market/error.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/observe/log.ts'
import type { OpenFront } from './exchange/front.ts'
import type { SocketServer } from './exchange/socket-server.ts'
import type { MarketStatus } from './exchange/venue.ts'
import type { Fault } from './faults/fault.ts'
import { createFaults } from './faults/faults.ts'
import type { Market } from './market/market.ts'
import { type RenumberedMarket, renumberedMarket } from './market/renumbered-market.ts'
import { openBinance } from './venues/binance/binance-front.ts'
import { binanceSpot } from './venues/binance/dialects/spot.ts'

/** What is emitted travels every so often. */
const TICK_MS = 10

export type SimulatedExchangeOptions = {
  readonly host: string
  /** 0 = any free one. */
  readonly port: number
  readonly market: Market
  /** The protocol that it speaks; left out: that of Binance spot. */
  readonly front?: OpenFront
  /** When a recorded market begins: with the first connection, or once every symbol's trades have a listener. */
  readonly startOn: 'connected' | 'subscribed'
  readonly faults: readonly Fault[]
  readonly clock: Clock
  readonly log: Logger
}

/** A running exchange; `ws` and `rest` are the bases to reach it. */
export type SimulatedExchange = {
  readonly port: number
  readonly ws: string
  readonly rest: string
  readonly close: () => Promise<void>
}

const listen = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const problem = cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be listened on (${cause.message})`
      reject(
        new TickstreamError('TS-SETUP', `port ${port} of ${host} ${problem}; choose another with --port`, { cause })
      )
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })

/** Faults that touch connections, REST, ids and the list of symbols. */
const createBreakdown = (sockets: () => SocketServer, market: RenumberedMarket, clock: Clock, log: Logger) => {
  let restDownUntil = 0
  const statuses = new Map<string, { readonly status: MarketStatus; readonly until: number }>()
  const listAs = (status: MarketStatus, { native }: Fault, ms: number): void => {
    const until = clock.monotonicMs() + ms
    for (const symbol of native === null ? market.feeds.keys() : [native]) statuses.set(symbol, { status, until })
  }
  const effects: Partial<Record<Fault['kind'], (fault: Fault, ms: number) => void>> = {
    disconnect: (_, ms) => sockets().breakFor(ms),
    silence: (_, ms) =>
      sockets()
        .connections()
        .forEach(connection => void connection.silence(ms)),
    newEpoch: ({ native }) => market.beginAnew(native),
    halt: (fault, ms) => listAs('HALT', fault, ms),
    break: (fault, ms) => listAs('BREAK', fault, ms),
    restFailure: (_, ms) => {
      restDownUntil = clock.monotonicMs() + ms
    }
  }
  return {
    statusOf: (native: string): MarketStatus => {
      const announced = statuses.get(native)
      return announced !== undefined && clock.monotonicMs() < announced.until ? announced.status : 'TRADING'
    },
    restIsDown: (): boolean => clock.monotonicMs() < restDownUntil,
    applyFault: (fault: Fault): void => {
      log.info({ fault: fault.kind, seconds: fault.seconds, count: fault.count }, 'fault')
      effects[fault.kind]?.(fault, fault.seconds * 1_000)
    }
  }
}

/** An exchange that nobody can reach yet: its front, and what it does in a moment. */
export const createSimulatedExchange = (options: Omit<SimulatedExchangeOptions, 'host' | 'port'>) => {
  const { clock, log, startOn } = options
  const market = renumberedMarket(options.market)
  const startedAt = clock.monotonicMs()
  const faults = createFaults(options.faults)
  const breakdown = createBreakdown(() => front.sockets, market, clock, log)
  const { isUnrecoverable } = faults
  const stop = new AbortController()
  // After the end nobody waits for an answer: what is being made up stops where it stands.
  const pause = async (): Promise<void> => {
    await clock.sleep(0)
    if (stop.signal.aborted) await new Promise(() => undefined)
  }
  const front = (options.front ?? openBinance(binanceSpot))({
    market,
    surroundings: { isUnrecoverable, statusOf: breakdown.statusOf, pause },
    clock,
    log,
    restIsDown: breakdown.restIsDown,
    onSubscribed: () => front.hasSubscribers() && market.begin(),
    onConnected: () => startOn === 'connected' && market.begin()
  })
  const { sockets } = front
  const step = (): void => {
    for (const fault of faults.due((clock.monotonicMs() - startedAt) / 1_000)) breakdown.applyFault(fault)
    for (const connection of sockets.connections()) connection.tick()
    if (!sockets.calm() && market.waits) return
    sockets.together(() => {
      front.deliver(market.advance().flatMap(faults.pass))
      front.onTime()
    })
  }
  return { front, step, stop }
}

/** Opens the exchange. Throws `TS-SETUP` when the port is taken. */
export const startSimulatedExchange = async (options: SimulatedExchangeOptions): Promise<SimulatedExchange> => {
  const { host, clock } = options
  const { front, step, stop } = createSimulatedExchange(options)
  const { sockets } = front
  const server = createServer(front.onRequest)
  server.on('upgrade', sockets.upgrade)
  const port = await listen(server, host, options.port)
  const running = run(step, clock, stop.signal)
  return {
    port,
    ws: `ws://${host}:${port}`,
    rest: `http://${host}:${port}`,
    close: async () => {
      stop.abort()
      await running
      sockets.close()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

const run = async (step: () => void, clock: Clock, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    step()
    await clock.sleep(TICK_MS, signal).catch(() => undefined)
  }
}
