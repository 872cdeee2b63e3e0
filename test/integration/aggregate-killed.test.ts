import { describe, expect } from '@jest/globals'
import type { AggregateScene } from '../support/aggregate-scene.ts'
import { noteFigure } from '../support/figures.ts'
import { inScene } from '../support/in-scene.ts'
import type { KillPoint } from '../support/kill-points.ts'
import { type Play, together } from '../support/together.ts'

/** Ends with no aggregator alive. */
type Die = (scene: AggregateScene) => Promise<void>

/** Lets one aggregator after the other die at a point, each in another pass. */
const dieAt = async (scene: AggregateScene, at: KillPoint, passes: readonly number[]): Promise<void> => {
  for (const nth of passes) {
    const stage = scene.start({ at, nth })
    await scene.tradeUntil(() => !stage.isAlive())
    expect(stage.said()).toContain(`kill point ${at}`)
  }
}

/** An aggregator works until it has published something new, and is killed at whatever it does then. */
const workAndDie = async (scene: AggregateScene): Promise<void> => {
  const before = scene.seen()
  const stage = scene.start()
  await scene.tradeUntil(() => scene.seen() > before + 100)
  await stage.end('SIGKILL')
}

/** Each with its seed. */
const deaths: readonly (readonly [when: string, seed: number, die: Die])[] = [
  ['before it sends', 11, scene => dieAt(scene, 'before-send', [2, 9])],
  ['after it has sent, before it commits', 12, scene => dieAt(scene, 'after-send', [3, 8])],
  ['between its request to commit and the answer', 13, scene => dieAt(scene, 'commit-unanswered', [1, 7])],
  ['right after a commit', 14, scene => dieAt(scene, 'committed', [1, 6])],
  ['when it is given its partitions', 15, scene => dieAt(scene, 'assigned', [1, 1])],
  ['when it has fenced its predecessor', 16, scene => dieAt(scene, 'taken', [1, 3])],
  [
    'while it restores',
    17,
    async scene => {
      await workAndDie(scene)
      await dieAt(scene, 'restore', [1, 2])
    }
  ],
  [
    'during a rebalance',
    18,
    async scene => {
      const first = scene.start({ at: 'rebalance' })
      await scene.tradeUntil(() => scene.seen() > 100)
      const second = scene.start({ at: 'before-send', nth: 5 })
      await scene.tradeUntil(() => !first.isAlive() && !second.isAlive())
      expect(first.said()).toContain('kill point rebalance')
    }
  ]
]

const play = async (scene: AggregateScene, when: string, die: Die): Promise<void> => {
  await die(scene)
  const [before, diedAt] = [scene.seen(), performance.now()]
  scene.start()
  await scene.tradeUntil(() => scene.seen() > before)
  noteFigure(`aggregate killed ${when}`, 'until the next candle', performance.now() - diedAt)
}

describe('an aggregator that is killed', () => {
  together(
    deaths.map(
      ([when, seed, die]): Play => [
        `${when} loses nothing and doubles nothing`,
        () => inScene(seed, scene => play(scene, when, die))
      ]
    )
  )
})
