import { expect, test } from '@jest/globals'
import { candles } from '../../src/topics.ts'
import { DAY } from '../support/market.ts'
import { createDatabase } from './database/database.ts'
import { oneProcess } from './one-process.ts'
import { createJournal } from './world/journal.ts'
import { createRandom } from './world/random.ts'
import { scheduleReplacedTopics } from './world/replaced-topics.ts'

const TOPIC = candles['1d'].name
const UNTIL_MS = 10_000
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed)

/** What happens to a partition of ten records in a world, whose sink is `next` in a log. */
const play = async (seed: number, next: number, topicId: string | null, cutTo: number | null): Promise<string> => {
  const { timeline, broker } = oneProcess('sink')
  const database = createDatabase(timeline)
  const log = broker.log(TOPIC, 0)
  for (let n = 0; n < 10; n++) log.append([{ key: 'a', value: `${n}`, time: DAY }], null)
  if (cutTo !== null) log.elect(cutTo)
  const position = { topic: TOPIC, partition: 0, next_offset: next, topic_id: topicId, leader_epoch: 0 }
  database.tables().set('kafka_offsets', 'a', position)
  const settings = { intervals: ['1d'] as const, gapHoldMs: 1, revisionHorizonMs: 1 }
  const scene = { timeline, broker, database, journal: createJournal(null), settings }
  scheduleReplacedTopics(
    { ...scene, settings: { ...settings, graceMs: 1, heartbeatMs: 1, commitEveryMs: 1 } },
    createRandom(seed),
    UNTIL_MS
  )
  await timeline.run(UNTIL_MS)
  return `${broker.replacements.idOf(TOPIC)}, ${log.end()} records`
}

const playAll = async (next: number, topicId: string | null, cutTo: number | null): Promise<ReadonlySet<string>> =>
  new Set(await Promise.all(SEEDS.map(seed => play(seed, next, topicId, cutTo))))

test('topics whose sinks have stored all of them lose their ends, or are made anew', async () => {
  expect((await playAll(10, `${TOPIC} 1`, null)).size).toBeGreaterThan(5)
})

test('a topic whose sink stands still stays as it is until its position was moved as advised', async () => {
  expect(await playAll(10, `${TOPIC} 1`, 2)).toEqual(new Set([`${TOPIC} 1, 2 records`]))
})

test('and until the sink has taken the position up that was moved', async () => {
  expect(await playAll(2, null, 2)).toEqual(new Set([`${TOPIC} 1, 2 records`]))
})
