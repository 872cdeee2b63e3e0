import { systemClock } from '../runtime/clock.ts'
import { inventedFor } from '../runtime/config/symbol-pattern.ts'
import { DEFAULT_VENUE, parseSimulate } from '../simulate/simulate-request.ts'
import { type SimulatedExchange, startSimulatedExchange } from '../simulate/simulated-exchange.ts'
import { SIMULATED_VENUES, type SimulatedVenue } from '../simulate/venues/registry.ts'
import type { Command } from './run/command.ts'

/** The settings by which the venue's adapter is led here. */
const settingsOf = ({ id }: SimulatedVenue, { ws, rest }: SimulatedExchange): Readonly<Record<string, string>> => ({
  [`${id.toUpperCase()}_WS_URL`]: ws,
  [`${id.toUpperCase()}_REST_URL`]: rest
})

/** Settings as a shell takes them for a person, one line of JSON for a program. */
const announce = (venue: SimulatedVenue, exchange: SimulatedExchange): string => {
  const { ws, rest, port } = exchange
  const settings = settingsOf(venue, exchange)
  if (!process.stdout.isTTY) return JSON.stringify({ venue: venue.id, ws, rest, port, settings })
  const text = Object.entries(settings).map(([name, url]) => `${name}=${url}`)
  return `The simulated ${venue.id} is open. Point a stage at it with ${text.join(' ')}; Ctrl-C closes it.`
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** `tickstream simulate` */
export const command: Command = {
  name: 'simulate',
  summary: 'an exchange on this machine that speaks the WebSocket and REST protocol of a venue',
  usage: `--venue ID        whose protocol (${DEFAULT_VENUE}): ${SIMULATED_VENUES.map(({ id }) => id).join(', ')};
                  it is reached by the settings <ID>_WS_URL and <ID>_REST_URL, which it prints
--host H          address to listen on (127.0.0.1); 0.0.0.0 lets other machines and containers in
--port N          port to listen on; any free one without it
--seed S          the market of this seed (1): the same seed is the same market, past and future
--symbols A,B     BASE/QUOTE or BASE/QUOTE:SETTLE, comma separated; those of SYMBOLS without it
--rate R          trades a second over all symbols, on average (40)
--quiet A,B       symbols that sleep for minutes; the last of five or more without it
--frames FILE     plays recorded frames of ${DEFAULT_VENUE} instead, plain or .gz; may be given several times
--speed X|max     how many times the recorded pace (1)
--keep-time       the recorded times stay; without it whole minutes bring them to the present
--start WHEN      subscribed (every symbol's trades have a listener) or connected (the first one is there)
--fault KIND:…    disconnect, silence, restFailure (for=SECONDS), dropFrames, duplicateFrames, reorder, malformed,
                  unrecoverable, depthGap (count=N, symbol=A), futureTrade, futureEvent (count=N, for=SECONDS ahead),
                  newEpoch (symbol=A), halt, break (what its list says of the symbols, for=SECONDS, symbol=A; trades
                  go on), each with every=SECONDS or at=SECONDS; may be given several times`,
  options: {
    venue: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string' },
    seed: { type: 'string' },
    symbols: { type: 'string' },
    rate: { type: 'string' },
    quiet: { type: 'string' },
    frames: { type: 'string', multiple: true },
    speed: { type: 'string' },
    'keep-time': { type: 'boolean' },
    start: { type: 'string' },
    fault: { type: 'string', multiple: true }
  },
  run: async context => {
    const { config, values, log } = context
    const symbols = [...config.symbols, ...config.symbolPatterns.flatMap(inventedFor)]
    const { venue, options } = parseSimulate({ values, symbols, clock: systemClock })
    const exchange = await startSimulatedExchange({ ...options, clock: systemClock, log })
    process.stdout.write(`${announce(venue, exchange)}\n`)
    await untilAborted(context.signal)
    await exchange.close()
    return 0
  }
}
