import { isIP } from 'node:net'
import { TickstreamError } from '../market/error.ts'
import { type Instrument, isSymbol, parseInstrument, venueOf } from '../market/instrument.ts'
import type { Clock } from '../runtime/clock.ts'
import type { OptionValues } from '../runtime/flags.ts'
import { type Fault, parseFault } from './faults/fault.ts'
import type { Market } from './market/market.ts'
import { createRecordedMarket } from './market/recorded/recorded-market.ts'
import { createSeededMarket } from './market/seeded/seeded-market.ts'
import type { SimulatedExchangeOptions } from './simulated-exchange.ts'
import { SIMULATED_VENUES, type SimulatedVenue, simulatedVenue } from './venues/registry.ts'

/** What `simulate` was asked for: its options, and the instruments of SYMBOLS. */
type Asked = { readonly values: OptionValues; readonly symbols: readonly Instrument[]; readonly clock: Clock }

/** What `simulate` opens. */
type SimulateRequest = {
  readonly venue: SimulatedVenue
  readonly options: Omit<SimulatedExchangeOptions, 'clock' | 'log'>
}

/** Whose protocol is spoken where none is named. */
export const DEFAULT_VENUE = 'binance'
const LOOPBACK = '127.0.0.1'
const MAX_RATE = 100_000

const texts = (asked: Asked, name: string): readonly string[] => {
  const value = asked.values[name]
  return (Array.isArray(value) ? value : [value]).filter(item => typeof item === 'string')
}

/** A number given with a flag. Throws `TS-CONFIG` that says what is allowed. */
const number = (
  asked: Asked,
  name: string,
  fallback: number,
  allowed: string,
  fits: (n: number) => boolean
): number => {
  const [text] = texts(asked, name)
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
const listed = (asked: Asked, name: string): readonly string[] => {
  const names = texts(asked, name).flatMap(text => text.split(',').map(item => item.trim()))
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
const quietOf = (asked: Asked, symbols: readonly string[]): readonly string[] => {
  const named = listed(asked, 'quiet')
  const unknown = named.find(symbol => !symbols.includes(symbol))
  if (unknown)
    throw new TickstreamError('TS-CONFIG', `--quiet ${unknown} is none of the symbols; they are ${symbols.join(', ')}`)
  return named.length > 0 || symbols.length < MAX_QUIET_FROM ? named : symbols.slice(-1)
}

const seeded = (asked: Asked, venue: SimulatedVenue): Market => {
  const named = listed(asked, 'symbols')
  const symbols = named.length > 0 ? named : symbolsOf(venue, asked.symbols)
  return createSeededMarket({
    seed: number(asked, 'seed', 1, 'a whole number', Number.isSafeInteger),
    rate: number(asked, 'rate', 40, `above 0 and at most ${MAX_RATE} trades a second`, n => n > 0 && n <= MAX_RATE),
    symbols,
    quiet: quietOf(asked, symbols),
    nativeOf: nativeAt(venue),
    clock: asked.clock
  })
}

const recorded = (asked: Asked, files: readonly string[]): Market => {
  const fastest = texts(asked, 'speed')[0] === 'max'
  const speed = fastest ? 'max' : number(asked, 'speed', 1, '`max` or a number above 0', n => n > 0 && n <= 1_000)
  return createRecordedMarket({ files, speed, keepTime: asked.values['keep-time'] === true, clock: asked.clock })
}

/** Flags that would be ignored are refused: who gives them expects something. */
const openMarket = (asked: Asked, venue: SimulatedVenue): Market => {
  const files = texts(asked, 'frames')
  if (files.length > 0 && venue.id !== DEFAULT_VENUE)
    throw new TickstreamError(
      'TS-CONFIG',
      `--frames are those of ${DEFAULT_VENUE}, and do not go with --venue ${venue.id}`
    )
  const ignored = files.length > 0 ? ['seed', 'symbols', 'rate', 'quiet'] : ['speed', 'keep-time', 'start']
  const conflicting = ignored.find(name => asked.values[name] !== undefined)
  if (conflicting !== undefined) {
    const reason = files.length > 0 ? 'does not go with --frames: the recording decides' : 'goes only with --frames'
    throw new TickstreamError('TS-CONFIG', `--${conflicting} ${reason}`)
  }
  return files.length > 0 ? recorded(asked, files) : seeded(asked, venue)
}

const hostOf = (asked: Asked): string => {
  const [host = LOOPBACK] = texts(asked, 'host')
  if (isIP(host) !== 0) return host
  throw new TickstreamError('TS-CONFIG', `--host is an IP address of this machine, or 0.0.0.0 for all, not "${host}"`)
}

const startOf = (asked: Asked): 'connected' | 'subscribed' => {
  const [start = 'subscribed'] = texts(asked, 'start')
  if (start === 'connected' || start === 'subscribed') return start
  throw new TickstreamError('TS-CONFIG', `--start is connected or subscribed, not "${start}"`)
}

/** Faults that a venue can show, for symbols that it lists. */
const faultsOf = (asked: Asked, venue: SimulatedVenue, market: Market): readonly Fault[] =>
  texts(asked, 'fault').map(text => {
    const fault = parseFault(text, symbol =>
      nativeAt(venue)(venue.id === DEFAULT_VENUE ? symbol.toUpperCase() : symbol)
    )
    if (fault.native !== null && !market.feeds.has(fault.native))
      throw new TickstreamError('TS-CONFIG', `--fault ${text}: the symbol is none of those that are simulated`)
    if (fault.kind === 'depthGap' && !venue.id.startsWith(DEFAULT_VENUE))
      throw new TickstreamError('TS-CONFIG', `--fault ${text} goes with the books of Binance's markets alone`)
    return fault
  })

const isPort = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 65_535

/** Reads the options of `simulate`, and opens the market that they name. Throws `TS-CONFIG` that says what is allowed. */
export const parseSimulate = (asked: Asked): SimulateRequest => {
  const venue = simulatedVenue(texts(asked, 'venue')[0] ?? DEFAULT_VENUE)
  const market = openMarket(asked, venue)
  const options = {
    host: hostOf(asked),
    port: number(asked, 'port', 0, 'a whole number from 0 to 65535', isPort),
    market,
    front: venue.front,
    startOn: startOf(asked),
    faults: faultsOf(asked, venue, market)
  }
  return { venue, options }
}
