import { WebSocket } from 'ws'
import { type Clock, systemClock } from '../../src/runtime/clock.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import type { OpenFront } from '../../src/simulate/exchange/front.ts'
import { parseFault } from '../../src/simulate/faults/fault.ts'
import type { Market } from '../../src/simulate/market/market.ts'
import { createSeededMarket } from '../../src/simulate/market/seeded/seeded-market.ts'
import { startSimulatedExchange } from '../../src/simulate/simulated-exchange.ts'

type Json = Readonly<Record<string, unknown>>

/** A clock that follows the machine's until it is pushed ahead. */
export const createPushedClock = (): Clock & { readonly push: (ms: number) => void } => {
  let ahead = 0
  return {
    now: systemClock.now,
    monotonicMs: () => systemClock.monotonicMs() + ahead,
    sleep: systemClock.sleep,
    push: ms => {
      ahead += ms
    }
  }
}

/** A client that keeps what it hears. */
export const listenTo = async (address: string, options: { readonly autoPong?: boolean } = {}) => {
  const ws = new WebSocket(address, options)
  const heard: string[] = []
  const waiting = new Set<() => void>()
  let closed: { readonly code: number; readonly reason: string } | null = null
  const wake = (): void => {
    for (const check of waiting) check()
  }
  ws.on('message', bytes => {
    heard.push(String(bytes))
    wake()
  })
  ws.on('close', (code, reason) => {
    closed = { code, reason: String(reason) }
    wake()
  })
  /** Resolves with the first value that is not null, asked again with everything heard. */
  const until = <T>(find: () => T | null): Promise<T> =>
    new Promise(resolve => {
      const check = (): void => {
        const found = find()
        if (found === null) return
        waiting.delete(check)
        resolve(found)
      }
      waiting.add(check)
      check()
    })
  await new Promise((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('error', reject)
  })
  ws.on('error', () => undefined)
  return {
    heard,
    ws,
    say: (message: unknown): void => ws.send(typeof message === 'string' ? message : JSON.stringify(message)),
    until,
    /** The first `count` messages, parsed. */
    messages: async (count: number): Promise<readonly Json[]> => {
      await until(() => (heard.length >= count ? true : null))
      return heard.slice(0, count).map(text => JSON.parse(text))
    },
    closing: () => until(() => closed)
  }
}

export const seededMarket = (over: Partial<Parameters<typeof createSeededMarket>[0]> = {}): Market =>
  createSeededMarket({
    seed: 7,
    rate: 2_000,
    symbols: ['BTC/USDT', 'ETH/USDT'],
    quiet: [],
    clock: systemClock,
    ...over
  })

/** How a test reaches it; `get` takes what follows `/api/v3/`. */
type OpenExchange = {
  readonly ws: string
  readonly rest: string
  readonly get: <Body = Json>(
    path: string
  ) => Promise<{ readonly status: number; readonly headers: Headers; readonly body: Body }>
}

/** An exchange that lives as long as `use` runs. */
export const withExchange = async (
  use: (exchange: OpenExchange) => Promise<void>,
  over: {
    readonly port?: number
    readonly market?: Market
    readonly front?: OpenFront
    readonly clock?: Clock
    readonly faults?: readonly string[]
    readonly startOn?: 'connected' | 'subscribed'
  } = {}
): Promise<void> => {
  const exchange = await startSimulatedExchange({
    host: '127.0.0.1',
    port: over.port ?? 0,
    market: over.market ?? seededMarket(),
    ...(over.front && { front: over.front }),
    startOn: over.startOn ?? 'subscribed',
    faults: (over.faults ?? []).map(fault => parseFault(fault)),
    clock: over.clock ?? systemClock,
    log: createLog('simulate', 'silent')
  })
  const get: OpenExchange['get'] = async path => {
    const response = await fetch(`${exchange.rest}/api/v3/${path}`)
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
  }
  try {
    await use({ ws: exchange.ws, rest: exchange.rest, get })
  } finally {
    await exchange.close()
  }
}
