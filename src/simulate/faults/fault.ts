import { TickstreamError } from '../../market/error.ts'
import { joined } from '../market/listing.ts'

/** What each kind does without further keys: how long it lasts (of the future: how far off that is) in seconds, or how many trades (of `depthGap`: changes of a book) it touches. */
const KINDS = {
  disconnect: { for: 1 },
  silence: { for: 10 },
  restFailure: { for: 10 },
  dropFrames: { count: 20 },
  duplicateFrames: { count: 20 },
  reorder: { count: 6 },
  malformed: { count: 1 },
  unrecoverable: { count: 5 },
  depthGap: { count: 1 },
  futureTrade: { count: 1, for: 3_000 },
  futureEvent: { count: 1, for: 3_000 },
  newEpoch: {},
  halt: { for: 600 },
  break: { for: 600 }
} as const

type FaultKind = keyof typeof KINDS

/** Something that goes wrong once, or again and again. Times in seconds since the exchange started. */
export type Fault = {
  readonly kind: FaultKind
  readonly firstAt: number
  /** null = once. */
  readonly every: number | null
  /** How long it lasts. */
  readonly seconds: number
  /** How many trades, or changes of a book, it touches. */
  readonly count: number
  /** `BTCUSDT`; null = whatever trades next. */
  readonly native: string | null
}

/** `binance:` before a symbol. */
const EXCHANGE_PREFIX = /^[a-z-]+:(?=[^:]+\/)/

const KEYS = ['every', 'at', 'for', 'count', 'symbol']

const wrong = (text: string, problem: string): TickstreamError =>
  new TickstreamError(
    'TS-CONFIG',
    `--fault ${text}: ${problem}; write KIND:every=SECONDS or KIND:at=SECONDS, with for=SECONDS, count=N or symbol=BASE/QUOTE where wanted, KIND one of ${Object.keys(KINDS).join(', ')}`
  )

const isKind = (text: string): text is FaultKind => Object.hasOwn(KINDS, text)

const readKeys = (text: string, pairs: string): ReadonlyMap<string, string> => {
  const keys = new Map<string, string>()
  for (const pair of pairs.split(',').filter(Boolean)) {
    const [name = '', value = ''] = pair.split('=')
    if (!KEYS.includes(name)) throw wrong(text, `"${name}" is no key`)
    keys.set(name, value)
  }
  return keys
}

const defaultNative = (symbol: string): string => joined(symbol).toUpperCase()

/** Parses `disconnect:every=30,for=2`; `nativeOf`: how the exchange spells a symbol. Throws `TS-CONFIG` that says what is allowed. */
export const parseFault = (text: string, nativeOf: (symbol: string) => string = defaultNative): Fault => {
  const [, kind = '', pairs = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? []
  if (!isKind(kind)) throw wrong(text, `there is no fault "${kind}"`)
  const keys = readKeys(text, pairs)
  const positive = (name: string): number | null => {
    const value = keys.get(name)
    if (value === undefined) return null
    if (!(Number(value) > 0)) throw wrong(text, `${name} is above 0, not "${value}"`)
    return Number(value)
  }
  const every = positive('every')
  const firstAt = positive('at') ?? every
  if (firstAt === null) throw wrong(text, 'when is missing')
  const usual: { readonly for?: number; readonly count?: number } = KINDS[kind]
  const symbol = keys.get('symbol')
  return {
    kind,
    firstAt,
    every,
    seconds: positive('for') ?? usual.for ?? 0,
    count: Math.ceil(positive('count') ?? usual.count ?? 0),
    native: symbol ? nativeOf(symbol.replace(EXCHANGE_PREFIX, '')) : null
  }
}
