import { isIP } from 'node:net'
import { TickstreamError } from '../market/error.ts'
import { type Instrument, isSymbol, parseInstrument, venueOf } from '../market/instrument.ts'
import { systemClock } from '../runtime/clock.ts'
import { type Fault, parseFault } from '../simulate/faults/fault.ts'
import type { Market } from '../simulate/market/market.ts'
import { createRecordedMarket } from '../simulate/market/recorded/recorded-market.ts'
import { createSeededMarket } from '../simulate/market/seeded/seeded-market.ts'
import { type SimulatedExchange, startSimulatedExchange } from '../simulate/simulated-exchange.ts'
import { SIMULATED_VENUES, type SimulatedVenue, simulatedVenue } from '../simulate/venues/registry.ts'
import type { Command, Context } from './run/command.ts'

/** Whose protocol is spoken where none is named. */
const DEFAULT_VENUE = 'binance'
const LOOPBACK = '127.0.0.1'
const MAX_RATE = 100_000

const texts = (context: Context, name: string): readonly string[] => {
  const value = context.values[name]
  return (Array.isArray(value) ? value : [value]).filter(item => typeof item === 'string')
}

/** A number given with a flag. Throws `TS-CONFIG` that says what is allowed. */
const number = (
  context: Context,
  name: string,
  fallback: number,
  allowed: string,
  fits: (n: number) => boolean
): number => {
  const [text] = texts(context, name)
  if (text === undefined) return fallback
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (fits(value)) return value
  throw new TickstreamError('TS-CONFIG', `--${name} is ${allowed}, not "${text}"`)
}

const VENUE_IDS = SIMULATED_VENUES.map(({ id }) => id)

/** Those of the venue, or else what it usually lists; the default one takes what is for none of the others as well. */
const symbolsOf = (venue: SimulatedVenue, instruments: readonly Instrument[]): readonly string[] => {
  const isOwn = ({ exchange }: Instrument): boolean => {
    const id = venueOf(exchange)
    return id === venue.id || (venue.id === DEFAULT_VENUE && !VENUE_IDS.includes(id))
  }
  const own = instruments.filter(isOwn)
  return own.length > 0 ? [...new Set(own.map(({ symbol }) => symbol))] : venue.usual
}

const VENUE_PREFIX = new RegExp(`^(?:sim|(?:sim-)?(?:${VENUE_IDS.join('|')})):`)

/** `exchange:BASE/QUOTE` or `BASE/QUOTE`, comma separated. */
const listed = (context: Context, name: string): readonly string[] => {
  const names = texts(context, name).flatMap(text => text.split(',').map(item => item.trim()))
  const symbols = names.filter(Boolean).map(item => item.replace(VENUE_PREFIX, ''))
  return [...new Set(symbols.map(item => (isSymbol(item) ? item : parseInstrument(item).symbol)))]
}

/** The venue's own name of a symbol. Throws `TS-CONFIG` where it can have no such instrument. */
const nativeAt =
  ({ id, nativeOf, usual }: SimulatedVenue) =>
  (symbol: string): string => {
    const native = nativeOf(symbol)
    if (native !== null) return native
    throw new TickstreamError('TS-CONFIG', `${symbol} is no instrument of ${id}; write it as ${usual[0]}`)
  }

const MAX_QUIET_FROM = 5

/** The symbols that sleep: those named, otherwise the last of five or more. */
const quietOf = (context: Context, symbols: readonly string[]): readonly string[] => {
  const named = listed(context, 'quiet')
  const unknown = named.find(symbol => !symbols.includes(symbol))
  if (unknown)
    throw new TickstreamError('TS-CONFIG', `--quiet ${unknown} is none of the symbols; they are ${symbols.join(', ')}`)
  return named.length > 0 || symbols.length < MAX_QUIET_FROM ? named : symbols.slice(-1)
}

const seeded = (context: Context, venue: SimulatedVenue): Market => {
  const asked = listed(context, 'symbols')
  const symbols = asked.length > 0 ? asked : symbolsOf(venue, context.config.symbols)
  return createSeededMarket({
    seed: number(context, 'seed', 1, 'a whole number', Number.isSafeInteger),
    rate: number(context, 'rate', 40, `above 0 and at most ${MAX_RATE} trades a second`, n => n > 0 && n <= MAX_RATE),
    symbols,
    quiet: quietOf(context, symbols),
    nativeOf: nativeAt(venue),
    clock: systemClock
  })
}

const recorded = (context: Context, files: readonly string[]): Market => {
  const fastest = texts(context, 'speed')[0] === 'max'
  const speed = fastest ? 'max' : number(context, 'speed', 1, '`max` or a number above 0', n => n > 0 && n <= 1_000)
  return createRecordedMarket({ files, speed, keepTime: context.values['keep-time'] === true, clock: systemClock })
}

/** Flags that would be ignored are refused: who gives them expects something. */
const openMarket = (context: Context, venue: SimulatedVenue): Market => {
  const files = texts(context, 'frames')
  if (files.length > 0 && venue.id !== DEFAULT_VENUE)
    throw new TickstreamError(
      'TS-CONFIG',
      `--frames are those of ${DEFAULT_VENUE}, and do not go with --venue ${venue.id}`
    )
  const ignored = files.length > 0 ? ['seed', 'symbols', 'rate', 'quiet'] : ['speed', 'keep-time', 'start']
  const given = ignored.find(name => context.values[name] !== undefined)
  if (given !== undefined) {
    const reason = files.length > 0 ? 'does not go with --frames: the recording decides' : 'goes only with --frames'
    throw new TickstreamError('TS-CONFIG', `--${given} ${reason}`)
  }
  return files.length > 0 ? recorded(context, files) : seeded(context, venue)
}

const hostOf = (context: Context): string => {
  const [host = LOOPBACK] = texts(context, 'host')
  if (isIP(host) !== 0) return host
  throw new TickstreamError('TS-CONFIG', `--host is an IP address of this machine, or 0.0.0.0 for all, not "${host}"`)
}

const startOf = (context: Context): 'connected' | 'subscribed' => {
  const [start = 'subscribed'] = texts(context, 'start')
  if (start === 'connected' || start === 'subscribed') return start
  throw new TickstreamError('TS-CONFIG', `--start is connected or subscribed, not "${start}"`)
}

/** Faults that a venue can show, for symbols that it lists. */
const faultsOf = (context: Context, venue: SimulatedVenue, market: Market): readonly Fault[] =>
  texts(context, 'fault').map(text => {
    const fault = parseFault(text, symbol =>
      nativeAt(venue)(venue.id === DEFAULT_VENUE ? symbol.toUpperCase() : symbol)
    )
    if (fault.native !== null && !market.feeds.has(fault.native))
      throw new TickstreamError('TS-CONFIG', `--fault ${text}: the symbol is none of those that are simulated`)
    if (fault.kind === 'depthGap' && !venue.id.startsWith(DEFAULT_VENUE))
      throw new TickstreamError('TS-CONFIG', `--fault ${text} goes with the books of Binance's markets alone`)
    return fault
  })

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
    const venue = simulatedVenue(texts(context, 'venue')[0] ?? DEFAULT_VENUE)
    const market = openMarket(context, venue)
    const exchange = await startSimulatedExchange({
      host: hostOf(context),
      port: number(
        context,
        'port',
        0,
        'a whole number from 0 to 65535',
        n => Number.isInteger(n) && n >= 0 && n <= 65_535
      ),
      market,
      front: venue.front,
      startOn: startOf(context),
      faults: faultsOf(context, venue, market),
      clock: systemClock,
      log: context.log
    })
    process.stdout.write(`${announce(venue, exchange)}\n`)
    await untilAborted(context.signal)
    await exchange.close()
    return 0
  }
}
