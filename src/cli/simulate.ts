import { isIP } from 'node:net'
import { urlSettings } from '../exchange/base-urls.ts'
import { exchangeById } from '../exchange/registry.ts'
import { TickstreamError } from '../market/error.ts'
import { type Instrument, isSymbol, parseInstrument } from '../market/instrument.ts'
import { systemClock } from '../runtime/clock.ts'
import { parseFault } from '../simulate/faults/fault.ts'
import type { Market } from '../simulate/market/market.ts'
import { createRecordedMarket } from '../simulate/recorded/recorded-market.ts'
import { createSeededMarket } from '../simulate/seeded/seeded-market.ts'
import { type SimulatedExchange, startSimulatedExchange } from '../simulate/simulated-exchange.ts'
import type { Command, Context } from './run/command.ts'

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

const symbolsOf = (instruments: readonly Instrument[]): readonly string[] => [
  ...new Set(instruments.map(instrument => instrument.symbol))
]

/** `exchange:BASE/QUOTE` or `BASE/QUOTE`, comma separated. */
const listed = (context: Context, name: string): readonly string[] => {
  const names = texts(context, name).flatMap(text => text.split(',').map(item => item.trim()))
  return [...new Set(names.filter(Boolean).map(item => (isSymbol(item) ? item : parseInstrument(item).symbol)))]
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

const seeded = (context: Context): Market => {
  const asked = listed(context, 'symbols')
  const symbols = asked.length > 0 ? asked : symbolsOf(context.config.symbols)
  return createSeededMarket({
    seed: number(context, 'seed', 1, 'a whole number', Number.isSafeInteger),
    rate: number(context, 'rate', 40, `above 0 and at most ${MAX_RATE} trades a second`, n => n > 0 && n <= MAX_RATE),
    symbols,
    quiet: quietOf(context, symbols),
    clock: systemClock
  })
}

const recorded = (context: Context, files: readonly string[]): Market => {
  const fastest = texts(context, 'speed')[0] === 'max'
  const speed = fastest ? 'max' : number(context, 'speed', 1, '`max` or a number above 0', n => n > 0 && n <= 1_000)
  return createRecordedMarket({ files, speed, keepTime: context.values['keep-time'] === true, clock: systemClock })
}

/** Flags that would be ignored are refused: who gives them expects something. */
const openMarket = (context: Context): Market => {
  const files = texts(context, 'frames')
  const ignored = files.length > 0 ? ['seed', 'symbols', 'rate', 'quiet'] : ['speed', 'keep-time', 'start']
  const given = ignored.find(name => context.values[name] !== undefined)
  if (given !== undefined) {
    const reason = files.length > 0 ? 'does not go with --frames: the recording decides' : 'goes only with --frames'
    throw new TickstreamError('TS-CONFIG', `--${given} ${reason}`)
  }
  return files.length > 0 ? recorded(context, files) : seeded(context)
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

/** As a shell takes them. */
const settingsText = (bases: Pick<SimulatedExchange, 'ws' | 'rest'>): string =>
  Object.entries(urlSettings(exchangeById('sim'), bases))
    .map(([name, url]) => `${name}=${url}`)
    .join(' ')

const announce = ({ ws, rest, port }: SimulatedExchange): string =>
  process.stdout.isTTY
    ? `The exchange is open. Point a stage at it with ${settingsText({ ws, rest })}; Ctrl-C closes it.`
    : JSON.stringify({ ws, rest, port })

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** `tickstream simulate` */
export const command: Command = {
  name: 'simulate',
  summary: 'an exchange on this machine that speaks the WebSocket and REST protocol of Binance',
  usage: `--host H          address to listen on (127.0.0.1); 0.0.0.0 lets other machines and containers in
--port N          port to listen on; any free one without it
--seed S          the market of this seed (1): the same seed is the same market, past and future
--symbols A,B     BASE/QUOTE, comma separated; those of SYMBOLS without it
--rate R          trades a second over all symbols, on average (40)
--quiet A,B       symbols that sleep for minutes; the last of five or more without it
--frames FILE     plays recorded frames instead, plain or .gz; may be given several times
--speed X|max     how many times the recorded pace (1)
--keep-time       the recorded times stay; without it whole minutes bring them to the present
--start WHEN      subscribed (every symbol's trades have a listener) or connected (the first one is there)
--fault KIND:…    disconnect, silence, restFailure (for=SECONDS), dropFrames, duplicateFrames, reorder, malformed,
                  unrecoverable, depthGap (count=N, symbol=A), futureTrade, futureEvent (count=N, for=SECONDS ahead),
                  newEpoch (symbol=A), halt, break (what its list says of the symbols, for=SECONDS, symbol=A; trades
                  go on), each with every=SECONDS or at=SECONDS; may be given several times`,
  options: {
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
    const exchange = await startSimulatedExchange({
      host: hostOf(context),
      port: number(
        context,
        'port',
        0,
        'a whole number from 0 to 65535',
        n => Number.isInteger(n) && n >= 0 && n <= 65_535
      ),
      market: openMarket(context),
      startOn: startOf(context),
      faults: texts(context, 'fault').map(parseFault),
      clock: systemClock,
      log: context.log
    })
    process.stdout.write(`${announce(exchange)}\n`)
    await untilAborted(context.signal)
    await exchange.close()
    return 0
  }
}
