import { afterEach, expect, test } from '@jest/globals'
import { type AggregateScene, openAggregateScene } from '../support/aggregate-scene.ts'

const DEATHS = [{ at: 'after-send' }, { at: 'committed', nth: 2 }, { at: 'commit-unanswered', nth: 3 }] as const

let scene: AggregateScene | undefined

afterEach(() => scene?.close())

test('an interval more is built from all that raw_ticks holds, whenever that is killed, and nothing is published twice', async () => {
  scene = await openAggregateScene(41)
  const { start, tradeUntil, seen } = scene
  const before = start(undefined, undefined, ['1s', '5s'])
  await tradeUntil(() => seen() > 300)
  await before.end('SIGKILL')
  for (const death of DEATHS) {
    const killed = start(death)
    await tradeUntil(() => !killed.isAlive())
    expect(killed.said()).toContain(`kill point ${death.at}`)
  }
  start()
  const { read, due, wrong } = await scene.finish()
  expect(wrong).toEqual([])
  expect(read).toEqual(due)
}, 180_000)
