import { createServer, type Server } from 'node:http'
import { TickstreamError } from '../market/error.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/observe/log.ts'
import { createDerivedStreams } from './exchange/derived-streams.ts'
import { createSockets, type Sockets } from './exchange/sockets.ts'
import { createVenue } from './exchange/venue.ts'
import { createWeightLimit } from './exchange/weight-limit.ts'
import type { Fault } from './faults/fault.ts'
import { createFaults, type Faults } from './faults/faults.ts'
import type { Market, MarketEvent } from './market/market.ts'
import { type RenumberedMarket, renumberedMarket } from './market/renumbered-market.ts'
import { createRest } from './rest/rest.ts'

/** What is told travels every so often. */
const TICK_MS = 10

export type SimulatedExchangeOptions = {
  readonly host: string
  /** 0 = any free one. */
  readonly port: number
  readonly market: Market
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

const everyTradeHasListeners = (market: Market, sockets: Sockets): boolean =>
  [...market.feeds.keys()].every(native =>
    ['trade', 'aggTrade'].some(channel => sockets.hasListeners(`${native.toLowerCase()}@${channel}`))
  )

/** Sends what happened, as the faults leave it. */
const createDelivery = (sockets: Sockets, faults: Faults, derived: ReturnType<typeof createDerivedStreams>) => {
  const send = (event: MarketEvent): void => {
    sockets.publish(`${event.feed.listing.native.toLowerCase()}@${event.channel}`, event.data)
    if (event.print) derived.onTrade(event.feed, event.print)
  }
  return (event: MarketEvent): void => {
    for (const item of faults.pass(event)) {
      if ('garbage' in item) sockets.publishRaw(item.stream, item.garbage)
      else send(item)
    }
  }
}

/** Faults that touch connections, REST, ids and the list of symbols. */
const createBreakdown = (sockets: Sockets, market: RenumberedMarket, clock: Clock, log: Logger) => {
  let restDownUntil = 0
  const words = new Map<string, { readonly word: string; readonly until: number }>()
  const listAs = (word: string, { native }: Fault, ms: number): void => {
    const until = clock.monotonicMs() + ms
    for (const symbol of native === null ? market.feeds.keys() : [native]) words.set(symbol, { word, until })
  }
  const strikes: Partial<Record<Fault['kind'], (fault: Fault, ms: number) => void>> = {
    disconnect: (_, ms) => sockets.breakFor(ms),
    silence: (_, ms) => sockets.connections().forEach(connection => void connection.silence(ms)),
    newEpoch: ({ native }) => market.beginAnew(native),
    halt: (fault, ms) => listAs('HALT', fault, ms),
    break: (fault, ms) => listAs('BREAK', fault, ms),
    restFailure: (_, ms) => {
      restDownUntil = clock.monotonicMs() + ms
    }
  }
  return {
    statusOf: (native: string): string => {
      const told = words.get(native)
      return told !== undefined && clock.monotonicMs() < told.until ? told.word : 'TRADING'
    },
    restIsDown: (): boolean => clock.monotonicMs() < restDownUntil,
    strike: (fault: Fault): void => {
      log.info({ fault: fault.kind, seconds: fault.seconds, count: fault.count }, 'fault')
      strikes[fault.kind]?.(fault, fault.seconds * 1_000)
    }
  }
}

/** Opens the exchange. Throws `TS-SETUP` when the port is taken. */
export const startSimulatedExchange = async (options: SimulatedExchangeOptions): Promise<SimulatedExchange> => {
  const { host, clock, log, startOn } = options
  const market = renumberedMarket(options.market)
  const startedAt = clock.monotonicMs()
  const faults = createFaults(options.faults)
  const sockets = createSockets({
    clock,
    onSubscribed: () => everyTradeHasListeners(market, sockets) && market.begin(),
    onConnected: () => startOn === 'connected' && market.begin()
  })
  const breakdown = createBreakdown(sockets, market, clock, log)
  const { isLost } = faults
  const venue = createVenue(market, { isLost, statusOf: breakdown.statusOf, pause: () => clock.sleep(0) })
  const derived = createDerivedStreams(venue, sockets)
  const deliver = createDelivery(sockets, faults, derived)
  const server = createServer(createRest(venue, createWeightLimit(clock), breakdown.restIsDown, log))
  server.on('upgrade', sockets.upgrade)
  const port = await listen(server, host, options.port)
  const step = (): void => {
    for (const fault of faults.due((clock.monotonicMs() - startedAt) / 1_000)) breakdown.strike(fault)
    for (const connection of sockets.connections()) connection.tick()
    if (!sockets.calm() && market.waits) return
    sockets.together(() => {
      for (const event of market.advance()) deliver(event)
      derived.onTime()
    })
  }
  const stop = new AbortController()
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
