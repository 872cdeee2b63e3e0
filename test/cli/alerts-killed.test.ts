import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { alert } from '../../src/alert/alert.ts'
import type { Observation } from '../../src/alert/observation.ts'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import { alerts, deadLetters, pairs } from '../../src/topics.ts'
import { pair } from '../alert/facts.ts'
import { drive } from '../support/drive.ts'
import { eventually } from '../support/eventually.ts'
import type { KillPoint } from '../support/kill-points.ts'
import { runProgram, type StageProcess, startStage } from '../support/program.ts'
import { seeded } from '../support/seeded.ts'
import { produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const MINUTES = 400
const OTHERS = ['ETH', 'BNB', 'SOL', 'XRP', 'ADA'].map(base => `binance:${base}/USDT`)

let cluster: TestKafka
let env: Record<string, string>
const stages: StageProcess[] = []

beforeAll(async () => {
  cluster = await testKafka()
  env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix, COMMIT_EVERY_MS: '20' }
  expect(await runProgram(['topics', 'apply'], env)).toMatchObject({ code: 0 })
})

afterAll(async () => {
  await Promise.all(stages.map(stage => stage.end('SIGKILL')))
  await cluster.sweep()
})

const start = (kill: Readonly<Record<string, string>> = {}): StageProcess => {
  const stage = startStage(['alert'], { ...env, ...kill })
  stages.push(stage)
  return stage
}

/** Minutes of several pairs, whose z-scores go astray and come back. */
const minutes = (from: number, to: number): readonly Observation[] => {
  const facts: Observation[] = []
  for (const [at, b] of OTHERS.entries()) {
    const random = seeded(at + 1)
    for (let n = 0; n < to; n++) {
      const zScore = (random() - 0.5) * 9
      if (n >= from) facts.push(pair(n, { b, zScore }))
    }
  }
  return facts
}

const publish = (facts: readonly Observation[]): Promise<void> => {
  const messages = facts.flatMap(fact =>
    fact.kind === 'pair'
      ? [
          {
            key: pairs.key(fact.record),
            value: pairs.codec.encode(fact.record),
            timestamp: String(fact.record.openTime)
          }
        ]
      : []
  )
  return produce(cluster, pairs.name, messages)
}

/** Values of a topic by key, in order. */
const read = async (name: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found: (readonly [string, string])[] = []
  await readTopic(cluster.kafka, cluster.prefix + name, records => {
    for (const { key, value } of records) found.push([String(key), String(value)])
  })
  return byKey(found)
}

const byKey = (of: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> =>
  new Map([...Map.groupBy(of, ([key]) => key)].map(([key, values]) => [key, values.map(([, value]) => value)]))

const countOf = (of: ReadonlyMap<string, readonly string[]>): number =>
  [...of.values()].reduce((sum, values) => sum + values.length, 0)

test('killed in the middle of its commits, it raises and resolves what one undisturbed fold would, once', async () => {
  const due = byKey(drive(alert(), minutes(0, MINUTES)).outputs.map(({ key, value }) => [key, String(value)] as const))
  const kills: readonly (readonly [KillPoint, number])[] = [
    ['after-send', 2],
    ['commit-unanswered', 3],
    ['committed', 2]
  ]
  const share = MINUTES / (kills.length + 1)
  for (const [nth, [at, times]] of kills.entries()) {
    await publish(minutes(nth * share, (nth + 1) * share))
    const kill = { NODE_OPTIONS: `--import=${resolve('test/support/kill-points.ts')}`, KILL_POINT: `${at}:${times}` }
    const stage = start(kill)
    await eventually(() => !stage.isAlive(), stage.said)
    expect(stage.said()).toContain(`kill point ${at}`)
  }
  await publish(minutes(kills.length * share, MINUTES))
  const last = start()
  const there = async (): Promise<number> => countOf(await read(alerts.name))
  const shown = async () => ({ there: await there(), due: countOf(due), said: last.said().slice(-2_000) })
  await eventually(async () => (await there()) >= countOf(due), shown, 90_000)
  expect(await last.end('SIGTERM')).toBe(0)
  expect(await read(alerts.name)).toEqual(due)
  expect(await read(deadLetters.name)).toEqual(new Map())
}, 180_000)
