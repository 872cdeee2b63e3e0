import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../src/runtime/clock.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import { evenMarket, PRINTS_OF_A_TAKER } from './even-market.ts'
import { benchVenue, symbolsOf } from './venues.ts'

const TICK_MS = 5

/**
 * `node bench/venue/venue-exchange.ts VENUE RATE SYMBOLS`: an exchange that prints evenly, so many trades a second over all symbols, and
 * speaks the protocol of a venue. It begins once somebody has subscribed to all of them, and says every second how far behind it is itself.
 */
const [id = '', rate = '', count = ''] = process.argv.slice(2)

const venue = benchVenue(id)
const market = evenMarket(symbolsOf(venue, Number(count)), symbol => venue.nativeOf(symbol)!, Number(rate), systemClock)
const front = venue.front({
  market,
  surroundings: { isUnrecoverable: () => false, statusOf: () => 'TRADING', pause: () => systemClock.sleep(0) },
  clock: systemClock,
  log: createLog('venue-exchange', 'warn'),
  restIsDown: () => false,
  onSubscribed: () => front.hasSubscribers() && market.begin(),
  onConnected: () => undefined
})

let lateMs = 0
let saidAt = performance.now()

const say = (now: number): void => {
  if (now - saidAt < 1_000) return
  process.stdout.write(`${JSON.stringify({ lateMs: Math.round(lateMs) })}\n`)
  saidAt = now
  lateMs = 0
}

let lastAt = performance.now()

const step = (): void => {
  const begunAt = performance.now()
  for (const connection of front.sockets.connections()) connection.tick()
  const events = market.advance().map(event => ({ event, garble: null }))
  front.sockets.together(() => {
    for (let at = 0; at < events.length; at += PRINTS_OF_A_TAKER)
      front.deliver(events.slice(at, at + PRINTS_OF_A_TAKER))
    front.onTime()
  })
  const now = performance.now()
  // What is sent last was due when the step before it had begun.
  lateMs = Math.max(lateMs, now - lastAt)
  lastAt = begunAt
  say(now)
}

const server = createServer(front.onRequest)
server.on('upgrade', front.sockets.upgrade)
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ port })}\n`)
  setInterval(step, TICK_MS)
})
