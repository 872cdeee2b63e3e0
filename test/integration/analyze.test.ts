import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { analyzeComposite } from '../../src/analyze/analyze-composite.ts'
import { analyzeIndicators } from '../../src/analyze/analyze-indicators.ts'
import { analyzeKpi } from '../../src/analyze/analyze-kpi.ts'
import { analyzePairs } from '../../src/analyze/analyze-pairs.ts'
import { analyzeVerification } from '../../src/analyze/analyze-verification.ts'
import type { Quote } from '../../src/analyze/kpi/fold-quotes.ts'
import { pairLegs as legsTopology } from '../../src/analyze/pair-legs.ts'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import { instrumentKey } from '../../src/market/instrument.ts'
import { parsePair } from '../../src/market/pair.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { BookTop } from '../../src/market/records/feed/book.ts'
import { type ExchangeKline, klineCandle } from '../../src/market/records/feed/exchange-kline.ts'
import type { Ticker } from '../../src/market/records/feed/ticker.ts'
import type { Outgoing, Topic } from '../../src/stream/topic.ts'
import {
  candles,
  compositeLegs,
  composites,
  deadLetters,
  exchangeKlines,
  indicators,
  kpis,
  pairLegs,
  pairs,
  rawBooks,
  rawTickers,
  stateTopic,
  verifications
} from '../../src/topics.ts'
import { candleWalk } from '../support/candle-walk.ts'
import { drive } from '../support/drive.ts'
import { eventually } from '../support/eventually.ts'
import { figureCandle } from '../support/figure-candles.ts'
import type { KillPoint } from '../support/kill-points.ts'
import { runProgram, type StageProcess, startStage } from '../support/program.ts'
import { book, ticker } from '../support/quotes.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT']
const MINUTES = 240
const MINUTES_BEFORE = 90
const TICKERS_A_MINUTE = 12

const INPUTS = [
  rawTickers.name,
  rawBooks.name,
  exchangeKlines.name,
  ...(['1m', '5m', '15m', '1h', '1d'] as const).map(of => candles[of].name)
]
const OUTPUTS = [kpis.name, indicators.name]
const TOPOLOGIES = [
  'analyze-kpi',
  'analyze-indicators',
  'analyze-pair-legs',
  'analyze-pairs',
  'analyze-composite',
  'analyze-verification'
]
const OTHERS = [deadLetters, verifications, pairLegs, pairs, compositeLegs, composites]
  .map(({ name }) => name)
  .concat(TOPOLOGIES.map(stateTopic))
const PAIR = 'binance:BTC/USDT~binance:ETH/USDT'
const PAIR_WINDOW = 30

/** The exchange's own candles: of the hours before ours begin, and of each of ours, every 40th of which differs. */
const klinesOf = (symbol: string, seed: number, finals: readonly Candle[]): readonly ExchangeKline[] => {
  const before = candleWalk(seed + 100, MINUTES_BEFORE).map(figures =>
    figureCandle({ ...figures, openTime: figures.openTime - MINUTES_BEFORE * 60_000 }, { symbol })
  )
  const beside = finals.map((candle, n) => (n % 40 === 7 ? { ...candle, volume: '1' } : candle))
  return [...before, ...beside].map(candle => {
    const { firstTradeId, lastTradeId, revision, final, status, interval, ...kline } = candle
    return { ...kline, interval: '1m' }
  })
}

/** Minutes of a market: candles, some of them revised ten minutes later, with tickers and books between their closes. */
const market = (symbol: string, seed: number) => {
  const walk = candleWalk(seed, MINUTES)
  const finals = walk.map(figures => figureCandle(figures, { symbol }))
  const arrived: readonly Candle[] = finals.flatMap((candle, n) => {
    const earlier = n % 20 === 15 ? finals[n - 10] : undefined
    return earlier ? [candle, { ...earlier, close: candle.close, revision: 1 }] : [candle]
  })
  const quotes = walk.flatMap(({ openTime, close, volume }) =>
    Array.from({ length: TICKERS_A_MINUTE }, (_, n): readonly Quote[] => {
      const time = openTime + n * 5_000 + 1_234
      return [
        book(time - 200, Number(volume) + n, 7),
        ticker(time, { close: String(close), baseVolume: String(Number(volume) + 1) })
      ]
    }).flat()
  )
  return {
    arrived,
    klines: klinesOf(symbol, seed, finals),
    quotes: quotes.map(quote => ({ ...quote, record: { ...quote.record, symbol } }) as Quote)
  }
}

const markets = SYMBOLS.map((symbol, seed) => market(symbol, seed + 1))
/** The markets go on side by side: a line of records of several instruments is in order of time. */
const sideBySide = <T>(lines: readonly (readonly T[])[]): readonly T[] =>
  (lines[0] ?? []).flatMap((_, n) => lines.flatMap(line => line.slice(n, n + 1)))

/** The first market as another venue has it, a little cheaper. */
const elsewhere = markets[0]!.arrived.map(
  (candle): Candle => ({ ...candle, exchange: 'kraken', close: String(Number(candle.close) - 1) })
)

const arrived = sideBySide([...markets.map(of => of.arrived), elsewhere])
const quotes = sideBySide(markets.map(of => of.quotes))
const klines = sideBySide(markets.map(of => of.klines))

/** This exchange gives every figure. */
const candleOf = (kline: ExchangeKline): Candle => klineCandle(kline)!

/** Ours and the exchange's, as far as statistics take them. */
const warmed: readonly Candle[] = [
  ...klines.filter(({ openTime }) => openTime < arrived[0]!.openTime).map(candleOf),
  ...arrived
]

/** In the order in which what is already there is taken: by time, and equal times as the inputs are named. A late record waits in its line. */
const inOrder = (): readonly Quote[] =>
  markets.flatMap(of => {
    let closed = 0
    const closes = of.arrived.map(candle => {
      closed = Math.max(closed, candle.closeTime)
      return { time: closed, quote: { kind: 'candle', record: candle } satisfies Quote }
    })
    const others = of.quotes.map(quote => ({ time: Number('time' in quote.record ? quote.record.time : 0), quote }))
    return [...others, ...closes].sort((a, b) => a.time - b.time).map(({ quote }) => quote)
  })

const byKey = (outputs: readonly Pick<Outgoing, 'topic' | 'key' | 'value'>[]) =>
  new Map(
    [...Map.groupBy(outputs, ({ topic, key }) => `${topic} ${key}`)].map(([of, all]) => [
      of,
      all.map(({ value }) => value)
    ])
  )

const before = (): readonly Quote[] =>
  warmed.filter(({ status }) => status === 'exchange').map(record => ({ kind: 'candle', record }))

const due = () => [
  ...drive(analyzeKpi({ everyMs: 5_000 }), [...before(), ...inOrder()]).outputs,
  ...drive(analyzeIndicators(), warmed).outputs
]

/** The legs of a pair may meet in any order: what is compared is what was said last of each candle and method. */
const lastOfPairs = (outputs: readonly Pick<Outgoing, 'value'>[]) =>
  new Map(
    outputs.map(({ value }) => {
      const { openTime, method } = JSON.parse(String(value))
      return [`${openTime} ${method}`, value] as const
    })
  )

const legsTo = <T>({ name, codec }: Topic<T>): readonly T[] =>
  drive(legsTopology({ pairs: [parsePair(PAIR)], intervals: ['1m'] }), warmed)
    .outputs.filter(({ topic }) => topic === name)
    .map(({ value }) => codec.decode(Buffer.from(String(value))))

const duePairs = () => lastOfPairs(drive(analyzePairs({ window: PAIR_WINDOW }), legsTo(pairLegs)).outputs)

/** The candles of venues may meet in any order: what is compared is what was said last of each window, but for its revision. */
const lastOfComposites = (outputs: readonly Pick<Outgoing, 'value'>[]) =>
  new Map(
    outputs.map(({ value }) => {
      const { revision, ...composite } = composites.codec.decode(Buffer.from(String(value)))
      return [composite.openTime, composite] as const
    })
  )

const dueComposites = () => lastOfComposites(drive(analyzeComposite(), legsTo(compositeLegs)).outputs)

/** What was said last of each minute, up to when all are verified apart: that depends on which of both came first. */
const lastOfMinutes = (outputs: readonly Pick<Outgoing, 'key' | 'value'>[]) =>
  new Map(
    outputs.map(({ key, value }) => {
      const { openTime, result, revision, differences } = JSON.parse(String(value))
      return [`${key} ${openTime}`, { result, revision, differences }] as const
    })
  )

const dueVerifications = () =>
  lastOfMinutes(drive(analyzeVerification(), [...klines.map(candleOf), ...arrived]).outputs)

let cluster: TestKafka
let env: Record<string, string>
const stages: StageProcess[] = []

beforeAll(async () => {
  cluster = await testKafka()
  env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix, COMMIT_EVERY_MS: '20', ...SETTINGS }
})

afterAll(async () => {
  await Promise.all(stages.map(stage => stage.end('SIGKILL')))
  await cluster.sweep()
})

const SETTINGS = { INTERVALS: '1m', PAIRS: PAIR, PAIR_WINDOW: String(PAIR_WINDOW) }

const start = (kill: Readonly<Record<string, string>> = {}): StageProcess => {
  const stage = startStage(['analyze'], { ...env, ...kill })
  stages.push(stage)
  return stage
}

const killed = (at: KillPoint, nth: number): StageProcess =>
  start({ NODE_OPTIONS: `--import=${resolve('test/support/kill-points.ts')}`, KILL_POINT: `${at}:${nth}` })

const read = async (name: string): Promise<readonly Pick<Outgoing, 'topic' | 'key' | 'value'>[]> => {
  const found: Pick<Outgoing, 'topic' | 'key' | 'value'>[] = []
  await readTopic(cluster.kafka, cluster.prefix + name, records => {
    for (const { key, value } of records) found.push({ topic: name, key: String(key), value: String(value) })
  })
  return found
}

const published = async () => (await Promise.all(OUTPUTS.map(read))).flat()

const message = (record: Ticker | BookTop | Candle | ExchangeKline, value: string, time: number) => ({
  key: instrumentKey(record),
  value,
  timestamp: String(time)
})

const produceAll = async (): Promise<void> => {
  const tickers = quotes.flatMap(({ kind, record }) => (kind === 'ticker' ? [record] : []))
  const books = quotes.flatMap(({ kind, record }) => (kind === 'book' ? [record] : []))
  const minutes = candles['1m']
  await produce(
    cluster,
    rawTickers.name,
    tickers.map(of => message(of, rawTickers.codec.encode(of), of.time))
  )
  await produce(
    cluster,
    rawBooks.name,
    books.map(of => message(of, rawBooks.codec.encode(of), of.time))
  )
  await produce(
    cluster,
    minutes.name,
    arrived.map(of => message(of, minutes.codec.encode(of), of.openTime))
  )
  await produce(
    cluster,
    exchangeKlines.name,
    klines.map(of => message(of, exchangeKlines.codec.encode(of), of.openTime))
  )
}

describe('analyze as a process', () => {
  test('says which topic is missing, and ends', async () => {
    const { code, stderr } = await runProgram(['analyze'], env)
    expect(code).toBe(1)
    expect(stderr).toContain('tickstream topics apply')
  })

  test('killed in the middle of its commits, it publishes every KPI and indicator once, as one undisturbed fold would, and the same of pairs, composites and verifications', async () => {
    for (const name of [...INPUTS, ...OUTPUTS, ...OTHERS]) await createTopic(cluster, name, 2)
    await produceAll()
    const wanted = due()
    for (const [at, nth] of [
      ['after-send', 2],
      ['commit-unanswered', 1],
      ['committed', 1]
    ] as const) {
      const stage = killed(at, nth)
      await eventually(() => !stage.isAlive(), stage.said)
      expect(stage.said()).toContain(`kill point ${at}`)
    }
    const last = start()
    await eventually(async () => (await published()).length >= wanted.length, last.said)
    const wantedPairs = duePairs()
    const saidOfPairs = async () => lastOfPairs(await read(pairs.name))
    await eventually(
      async () => {
        const said = await saidOfPairs()
        return [...wantedPairs].every(([of, value]) => said.get(of) === value)
      },
      () => [wantedPairs.size, ...last.said()]
    )
    expect((await saidOfPairs()).size).toBe(wantedPairs.size)
    const wantedComposites = dueComposites()
    expect(wantedComposites.size).toBe(MINUTES)
    const saidOfComposites = async () => lastOfComposites(await read(composites.name))
    await eventually(async () => isDeepStrictEqual(await saidOfComposites(), wantedComposites), last.said)
    const revisions = (await read(composites.name)).map(({ value }) => {
      const { openTime, revision } = JSON.parse(String(value))
      return `${openTime} r${revision}`
    })
    expect(new Set(revisions).size).toBe(revisions.length)
    const wantedMinutes = dueVerifications()
    await eventually(async () => lastOfMinutes(await read(verifications.name)).size >= wantedMinutes.size, last.said)
    expect(await last.end('SIGTERM')).toBe(0)
    const found = byKey(await published())
    for (const [key, values] of byKey(wanted)) {
      const differs = values.findIndex((value, n) => value !== found.get(key)?.[n])
      expect([key, found.get(key)?.[differs], found.get(key)?.length]).toEqual([key, values[differs], values.length])
    }
    expect(lastOfMinutes(await read(verifications.name))).toEqual(wantedMinutes)
    expect([...wantedMinutes.values()].filter(({ result }) => result === 'different')).not.toEqual([])
    expect(await read(deadLetters.name)).toEqual([])
  }, 180_000)
})
