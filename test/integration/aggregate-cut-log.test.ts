import { afterEach, describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { restoreChangelog } from '../../src/kafka/task/commit/state-changelog.ts'
import { rawTicks, stateTopic } from '../../src/topics.ts'
import { type AggregateScene, openAggregateScene, SCENE_OPTIONS } from '../support/aggregate-scene.ts'
import { eventually } from '../support/eventually.ts'
import { readFinals } from '../support/final-candles.ts'

let scene: AggregateScene | undefined

afterEach(() => scene?.close())

/** Deletes everything that stands in raw_ticks; resolves to how much was there beyond what the stage had committed. */
const cutLog = async ({ kafka, prefix }: AggregateScene, positions: ReadonlyMap<number, number>): Promise<number> => {
  const topic = prefix + rawTicks.name
  return withAdmin(kafka, async admin => {
    const ends = await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({
      topic,
      partitions: ends.map(({ partition, high }) => ({ partition, offset: high }))
    })
    return ends.reduce((sum, { partition, high }) => sum + Number(high) - (positions.get(partition) ?? 0), 0)
  })
}

/** What was told as lost, from the log of a stage. */
const lostIn = (said: string): number =>
  said
    .split('\n')
    .filter(line => line.includes('were deleted by retention before they were read'))
    .reduce((sum, line) => sum + Number(JSON.parse(line).lost), 0)

const positionsOf = async ({ kafka, prefix }: AggregateScene): Promise<ReadonlyMap<number, number>> => {
  const topology = aggregate(SCENE_OPTIONS)
  const restored = await restoreChangelog(kafka, prefix + stateTopic(topology.name), topology, [0, 1, 2, 3])
  return new Map([...restored].map(([partition, { nextOffsets }]) => [partition, Number(nextOffsets.raw_ticks ?? 0)]))
}

const ends = ({ kafka, prefix }: AggregateScene): Promise<ReadonlyMap<number, number>> =>
  withAdmin(kafka, async admin => {
    const offsets = await admin.fetchTopicOffsets(prefix + rawTicks.name)
    return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]))
  })

/** Windows that say that trades are missing. */
const gapsIn = async ({ kafka, prefix }: AggregateScene): Promise<number> =>
  (await readFinals(kafka, prefix, SCENE_OPTIONS)).filter(({ value }) => value.includes('"status":"gap"')).length

describe('raw_ticks cut beyond the position of an aggregator', () => {
  test('while it was stopped: it says how much is lost, goes on, and its candles say what is missing', async () => {
    scene = await openAggregateScene(31)
    const first = scene.start()
    await scene.tradeUntil(() => scene!.seen() > 200)
    expect(await first.end('SIGTERM')).toBe(0)
    const stopped = await positionsOf(scene)
    let chunks = 0
    await scene.tradeUntil(() => ++chunks > 20)
    const lost = await cutLog(scene, stopped)
    const second = scene.start()
    const before = scene.seen()
    await scene.tradeUntil(() => scene!.seen() > before + 500)
    expect(lostIn(second.said())).toBe(lost)
    await eventually(async () => (await gapsIn(scene!)) > 0)
  })

  test('while it slept: it does not go on without a word', async () => {
    scene = await openAggregateScene(32)
    const stage = scene.start()
    await scene.tradeUntil(() => scene!.seen() > 200)
    const asleep = await ends(scene)
    stage.signal('SIGSTOP')
    let chunks = 0
    await scene.tradeUntil(() => ++chunks > 40)
    const lost = await cutLog(scene, asleep)
    stage.signal('SIGCONT')
    const before = scene.seen()
    await scene.tradeUntil(() => scene!.seen() > before + 500)
    await eventually(() => lostIn(stage.said()) > 0, stage.said)
    expect(Math.abs(lostIn(stage.said()) - lost)).toBeLessThan(100)
    await eventually(async () => (await gapsIn(scene!)) > 0)
  })
})
