import { expect, test } from '@jest/globals'
import { makeTopics, openAggregateScene, SCENE_OPTIONS } from '../support/aggregate-scene.ts'
import { eventually } from '../support/eventually.ts'
import { byTopicAndKey, dueFinals, readFinals } from '../support/final-candles.ts'
import { runProgram } from '../support/program.ts'
import { unrulyMarket } from '../support/unruly-market.ts'

test('an aggregator that is killed again and again during a replay makes the same bytes beside the first ones', async () => {
  const market = unrulyMarket(51, 8)
  const ticks = [...market.next(8_000), ...market.end()]
  const due = dueFinals(SCENE_OPTIONS, ticks)
  const scene = await openAggregateScene(51)
  try {
    const again = `${scene.prefix}again-`
    await makeTopics(scene.kafka, again)
    await scene.send(ticks)
    const from = ['--topic', 'raw_ticks', '--from-offset', '0', '--speed', '30']
    const env = { KAFKA_BROKERS: scene.brokers, TOPIC_PREFIX: scene.prefix }
    const replaying = runProgram(['replay', ...from, '--to-topic', 'again-raw_ticks'], env)
    for (const at of ['after-send', 'commit-unanswered', 'restore'] as const) {
      const stage = scene.start({ at, nth: at === 'restore' ? 1 : 2 }, again)
      await stage.ended
      expect(stage.said()).toContain(`kill point ${at}`)
    }
    expect((await replaying).code).toBe(0)
    scene.start(undefined, again)
    const published = () => readFinals(scene.kafka, again, SCENE_OPTIONS)
    await eventually(async () => (await published()).length >= due.length)
    await scene.stages.at(-1)?.end('SIGTERM')
    expect(byTopicAndKey(await published())).toEqual(byTopicAndKey(due))
  } finally {
    await scene.close()
  }
}, 120_000)
