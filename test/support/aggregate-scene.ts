import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka, Message, Producer } from 'kafkajs'
import { applyTopics } from '../../src/kafka/admin/apply-topics.ts'
import { offsetsOf } from '../../src/kafka/admin/log/resume-offsets.ts'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { createKafka } from '../../src/kafka/client/client.ts'
import { tail } from '../../src/kafka/read/tail.ts'
import type { Interval } from '../../src/market/interval.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { candles, deadLetters, exchangeKlines, rawTicks, stateTopic } from '../../src/topics.ts'
import { eventually } from './eventually.ts'
import { byTopicAndKey, dueFinals, type Finals, isFinal, readFinals, wrongWindows } from './final-candles.ts'
import type { KillPoint } from './kill-points.ts'
import { type StageProcess, startStage } from './program.ts'
import { dropTopics, freshPrefix, testBrokers } from './servers.ts'
import { silent } from './silent.ts'
import { unrulyMarket } from './unruly-market.ts'

/** How the scene's aggregators build candles. */
export const SCENE_OPTIONS = { intervals: ['1s', '5s', '1m'], gapHoldMs: 3_000, revisionHorizonMs: 600_000 } as const

const SETTINGS = {
  GAP_HOLD_MS: String(SCENE_OPTIONS.gapHoldMs),
  REVISION_HORIZON: '10m',
  COMMIT_EVERY_MS: '50'
}
const SYMBOLS = 8
const CHUNK = 40
const PACE_MS = 30

/** Where a stage ends or freezes itself: a point, the how manieth pass, and by which signal. */
type KillPlan = { readonly at: KillPoint; readonly nth?: number; readonly by?: 'SIGKILL' | 'SIGSTOP' }

/** What was read in the end, and what an undisturbed fold makes of the same ticks. */
export type Verdict = {
  readonly read: Finals
  readonly due: Finals
  /** Windows whose newest final differs from the brute-force sums over the trades. */
  readonly wrong: readonly string[]
  /** Finals above revision 0: changes of what had been published before. */
  readonly revisions: number
}

/** A market that goes on, aggregators as processes that share the work, and a judge. */
export type AggregateScene = {
  readonly brokers: string
  readonly prefix: string
  readonly kafka: Kafka
  /** Starts an aggregator, which ends by itself where the plan says; on the scene's topics, or on others; of other intervals than the scene's. */
  readonly start: (plan?: KillPlan, on?: string, intervals?: readonly Interval[]) => StageProcess
  readonly stages: readonly StageProcess[]
  readonly send: (ticks: readonly Tick[]) => Promise<void>
  /** The market goes on until the condition holds. */
  readonly tradeUntil: (holds: () => boolean) => Promise<void>
  /** Finals that a reader of committed records has seen so far. */
  readonly seen: () => number
  /** Ends the market, waits until every final that is due can be read, ends all aggregators, and reads everything. */
  readonly finish: () => Promise<Verdict>
  readonly close: () => Promise<void>
}

const TOPICS = [
  rawTicks.name,
  exchangeKlines.name,
  stateTopic('aggregate'),
  deadLetters.name,
  ...SCENE_OPTIONS.intervals.map(interval => candles[interval].name)
]

/** Makes the topics that an aggregator needs, which here keep records whatever their age, and waits until they can be read. */
export const makeTopics = async (kafka: Kafka, prefix: string): Promise<void> => {
  const files = readTopicFiles().filter(file => TOPICS.includes(file.name))
  const keeping = files.map(file => ({
    ...file,
    config: { ...file.config, ...('retention.ms' in file.config ? { 'retention.ms': '-1' } : {}) }
  }))
  await applyTopics(kafka, prefix, keeping, false)
  const canBeRead = (name: string): Promise<boolean> =>
    offsetsOf(kafka, prefix + name).then(
      () => true,
      () => false
    )
  for (const name of TOPICS) await eventually(() => canBeRead(name))
}

/** The finals that a reader of committed records has seen, as it goes on. */
const watchFinals = async (kafka: Kafka, prefix: string) => {
  const seen = new Set<string>()
  const whole = SCENE_OPTIONS.intervals.map(interval => prefix + candles[interval].name)
  const stop = await tail(kafka, { whole, fresh: [] }, ({ value }) => {
    if (isFinal(value)) seen.add(String(value))
  })
  return { seen, stop }
}

/** What stands in raw_ticks in the order of `sent`; some of it twice when a broker went away under it. */
const openFeed = (kafka: Kafka, prefix: string) => {
  const sent: Tick[] = []
  let producer: Producer | null = null
  const drop = async (): Promise<false> => {
    await producer?.disconnect().catch(() => undefined)
    producer = null
    return false
  }
  const put = async (messages: Message[]): Promise<true> => {
    if (!producer) {
      producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 2 } })
      await producer.connect()
    }
    await producer.send({ topic: prefix + rawTicks.name, messages })
    return true
  }
  const send = async (ticks: readonly Tick[]): Promise<void> => {
    const messages = ticks.map(tick => ({
      key: rawTicks.key(tick),
      value: rawTicks.codec.encode(tick),
      timestamp: String(tick.time)
    }))
    await eventually(() => put(messages).catch(drop))
    sent.push(...ticks)
  }
  return { sent, send, close: drop }
}

const killEnvironment = ({ at, nth = 1, by = 'SIGKILL' }: KillPlan) => ({
  NODE_OPTIONS: `--import=${resolve('test/support/kill-points.ts')}`,
  KILL_POINT: `${at}:${nth}`,
  KILL_SIGNAL: by
})

const openCast = (brokers: string, prefix: string) => {
  const stages: StageProcess[] = []
  const start: AggregateScene['start'] = (plan, on = prefix, intervals = SCENE_OPTIONS.intervals) => {
    const settings = { ...SETTINGS, INTERVALS: intervals.join(',') }
    const env = { ...settings, KAFKA_BROKERS: brokers, TOPIC_PREFIX: on, ...(plan ? killEnvironment(plan) : {}) }
    const stage = startStage(['aggregate'], env)
    stages.push(stage)
    return stage
  }
  const endAll = (signal: 'SIGTERM' | 'SIGKILL') => Promise.all(stages.map(stage => stage.end(signal)))
  return { stages, start, endAll, said: () => stages.map(stage => stage.said()) }
}

/** Opens a scene with topics of its own, on the tests' broker or on another one. */
export const openAggregateScene = async (seed: number, on?: string): Promise<AggregateScene> => {
  const brokers = on ?? (await testBrokers())
  const prefix = freshPrefix()
  const kafka = createKafka(
    { brokers: brokers.split(','), ssl: false, sasl: null, compression: 'zstd' },
    'test',
    silent
  )
  await makeTopics(kafka, prefix)
  const market = unrulyMarket(seed, SYMBOLS)
  const feed = openFeed(kafka, prefix)
  const cast = openCast(brokers, prefix)
  const reader = await watchFinals(kafka, prefix)

  const tradeUntil = (holds: () => boolean): Promise<void> =>
    eventually(async () => {
      await feed.send(market.next(CHUNK))
      await sleep(PACE_MS)
      return holds()
    }, cast.said)
  const finish = async (): Promise<Verdict> => {
    await feed.send(market.end())
    const due = dueFinals(SCENE_OPTIONS, feed.sent)
    const missing = () => due.filter(({ value }) => !reader.seen.has(value))
    await eventually(
      () => missing().length === 0,
      () => [missing().length, due.length, ...cast.said()]
    )
    await cast.endAll('SIGTERM')
    const read = byTopicAndKey(await readFinals(kafka, prefix, SCENE_OPTIONS))
    const revisions = due.filter(({ value }) => !value.includes('"revision":0')).length
    return { read, due: byTopicAndKey(due), wrong: wrongWindows(SCENE_OPTIONS, feed.sent, read), revisions }
  }
  const close = async (): Promise<void> => {
    await cast.endAll('SIGKILL')
    await reader.stop()
    await feed.close()
    await dropTopics(brokers, prefix)
  }
  const { start, stages } = cast
  return {
    brokers,
    prefix,
    kafka,
    start,
    stages,
    send: feed.send,
    tradeUntil,
    seen: () => reader.seen.size,
    finish,
    close
  }
}
