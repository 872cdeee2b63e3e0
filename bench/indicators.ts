import { analyzeIndicators } from '../src/analyze/analyze-indicators.ts'
import { nothingRestored } from '../src/kafka/task/commit/state-changelog.ts'
import { TaskState } from '../src/kafka/task/task-state.ts'
import { INTERVAL_MS, INTERVALS, type Interval, MINUTES_AND_UP } from '../src/market/interval.ts'
import type { Candle } from '../src/market/records/derived/candle.ts'
import { INDICATOR_FIGURES, type Indicators } from '../src/market/records/derived/indicators.ts'
import { epochMs } from '../src/market/time.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { randomStream, uniform } from '../src/simulate/market/seeded-random.ts'
import { candles } from '../src/topics.ts'
import type { BenchOptions, Figures } from './bench.ts'

const SYMBOLS = 100
/** Event seconds to a second of the run. */
const FASTER = 10
/** Midnight, so that candles of every interval begin together. */
const START = 1_723_161_600_000
/** As many candles as the stage keeps of each series, so that commits are as large as they become. */
const WARM = 60
const SECOND = 1_000

type Message = { readonly key: Buffer; readonly value: Buffer; readonly offset: string; readonly timestamp: string }

/** Walks of prices, one an instrument. */
const walks = (symbols: number): ((n: number) => string) => {
  const next = randomStream(1)
  const prices = Array.from({ length: symbols }, (_, n) => 100 * (n + 1))
  return n => {
    prices[n] = prices[n]! * (1 + (uniform(next()) - 0.5) * 1e-3)
    return String(Number(prices[n]!.toFixed(4)))
  }
}

const candleOf = (n: number, interval: Interval, openTime: number, close: string, final: boolean): Candle => ({
  exchange: 'bench',
  symbol: `S${n}/USDT`,
  interval,
  openTime: epochMs(openTime),
  closeTime: epochMs(openTime + INTERVAL_MS[interval]),
  open: close,
  high: String(Number(close) + 1),
  low: String(Number(close) - 1),
  close,
  volume: '12.34567',
  quoteVolume: '761543.1203987',
  tradeCount: 10,
  takerBuyVolume: '6.1',
  takerBuyQuoteVolume: '376300.02',
  firstTradeId: '1000',
  lastTradeId: '1009',
  revision: 0,
  final,
  status: 'traded'
})

/** Puts candles behind those of their topic. */
const writer = () => {
  const written = new Map<Interval, number>()
  return (candle: Candle): Message => {
    const { key, codec, time } = candles[candle.interval]
    const offset = written.get(candle.interval) ?? 0
    written.set(candle.interval, offset + 1)
    const [name, value] = [Buffer.from(key(candle)), Buffer.from(codec.encode(candle))]
    return { key: name, value, offset: String(offset), timestamp: String(time(candle)) }
  }
}

/** The candles of one interval, before the start. */
const past = (interval: Interval, symbols: number, closeOf: (n: number) => string): readonly Candle[] => {
  const lengthMs = INTERVAL_MS[interval]
  const openTimes = Array.from({ length: WARM }, (_, at) => START - (WARM - at) * lengthMs)
  return openTimes.flatMap(openTime =>
    Array.from({ length: symbols }, (_, n) => candleOf(n, interval, openTime, closeOf(n), true))
  )
}

/** What a second leaves of one interval: every instrument's candle as it forms, or as it closes. */
const second = (
  interval: Interval,
  symbols: number,
  time: number,
  closeOf: (n: number) => string
): readonly Candle[] => {
  const lengthMs = INTERVAL_MS[interval]
  const openTime = time - (time % lengthMs)
  const final = time + SECOND === openTime + lengthMs
  return Array.from({ length: symbols }, (_, n) => candleOf(n, interval, openTime, closeOf(n), final))
}

const isWhole = (figures: Indicators): boolean => INDICATOR_FIGURES.every(name => figures[name] !== null)

/** What was published, and how much of it lacks nothing. */
const tally = () => {
  const counted = { figures: 0, finals: 0, whole: 0 }
  const observe = (published: readonly Indicators[]): void => {
    counted.figures += published.length
    counted.finals += published.filter(({ final }) => final).length
    counted.whole += published.filter(isWhole).length
  }
  return { counted, observe }
}

/** The finals that `seconds` after the start have brought. */
const finalsIn = (analyzed: readonly Interval[], seconds: number, symbols: number): number =>
  analyzed.reduce((sum, interval) => sum + symbols * Math.floor((seconds * SECOND) / INTERVAL_MS[interval]), 0)

/** Bytes in memory → decode → every indicator of every final, and of open ones once a second → encoded figures and state, one thread, no broker. */
export const indicators = async ({ seconds, symbols: asked, intervals }: BenchOptions): Promise<Figures> => {
  const symbols = asked ?? SYMBOLS
  const analyzed = intervals === null ? MINUTES_AND_UP : INTERVALS.filter(interval => intervals.includes(interval))
  const [closeOf, write] = [walks(symbols), writer()]
  const { counted, observe } = tally()
  const clock = { ...systemClock, monotonicMs: () => eventMs }
  let eventMs = 0
  const fold = new TaskState(analyzeIndicators(analyzed), 0, nothingRestored(), [], clock, observe)
  const put = (lanes: readonly (readonly Message[])[]): void => {
    for (const [input, lane] of lanes.entries())
      fold.fold(input, lane, String(Number(lane.at(-1)?.offset ?? -1) + 1), null)
    fold.drainCommit()
  }
  put(analyzed.map(interval => past(interval, symbols, closeOf).map(write)))
  Object.assign(counted, { figures: 0, finals: 0, whole: 0 })
  const eventSeconds = seconds * FASTER
  const steps = Array.from({ length: eventSeconds }, (_, at) =>
    analyzed.map(interval => second(interval, symbols, START + at * SECOND, closeOf).map(write))
  )
  const cpu = process.cpuUsage()
  for (const lanes of steps) {
    eventMs += SECOND
    put(lanes)
  }
  const used = process.cpuUsage(cpu)
  const count = eventSeconds * symbols * analyzed.length
  const cpuSeconds = (used.user + used.system) / 1e6
  return {
    symbols,
    intervals: analyzed.join(),
    candles: count,
    finals: counted.finals,
    checked: counted.finals === finalsIn(analyzed, eventSeconds, symbols) && counted.whole === counted.figures,
    candlesPerCoreSecond: Math.round(count / cpuSeconds),
    coreAtTenTimes: `${Math.round((100 * cpuSeconds) / seconds)} %`
  }
}
