import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { systemClock } from '../../src/runtime/clock.ts'
import type { AggregateScene } from '../support/aggregate-scene.ts'
import { noteFigure } from '../support/figures.ts'
import { inScene } from '../support/in-scene.ts'
import { HAS_JAVA, type OwnKafka, startOwnKafka } from '../support/own-kafka.ts'

/** Longer than the session timeout of the group, and than any request of ours is patient. */
const PAUSE_MS = 8_000

let broker: OwnKafka

/** Two aggregators are at work when the broker is struck, and have to publish much more after it. */
const survive = async (scene: AggregateScene, fault: string, strike: () => Promise<void>): Promise<void> => {
  scene.start()
  scene.start()
  await scene.tradeUntil(() => scene.seen() > 200)
  const struckAt = performance.now()
  await strike()
  noteFigure(fault, 'away', performance.now() - struckAt)
  const before = scene.seen()
  await scene.tradeUntil(() => scene.seen() > before)
  noteFigure(fault, 'until the next candle', performance.now() - struckAt)
  await scene.tradeUntil(() => scene.seen() > before + 500)
}

const describeWithJava = HAS_JAVA ? describe : describe.skip

describeWithJava('the broker', () => {
  beforeAll(async () => {
    broker = await startOwnKafka()
  }, 120_000)

  afterAll(() => broker?.remove())

  test('killed and started again: nothing is lost and nothing is there twice', async () => {
    const kill = async (): Promise<void> => {
      broker.signal('SIGKILL')
      await broker.again()
    }
    await inScene(41, scene => survive(scene, 'broker killed', kill), broker.brokers)
  }, 120_000)

  test('frozen for longer than a session lasts: nothing is lost and nothing is there twice', async () => {
    const freeze = async (): Promise<void> => {
      broker.signal('SIGSTOP')
      await systemClock.sleep(PAUSE_MS)
      broker.signal('SIGCONT')
    }
    await inScene(42, scene => survive(scene, 'broker frozen', freeze), broker.brokers)
  }, 120_000)
})
