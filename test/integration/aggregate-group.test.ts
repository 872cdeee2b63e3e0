import { execFileSync } from 'node:child_process'
import { describe, expect } from '@jest/globals'
import { fenceProducer } from '../../src/kafka/task/commit/transactions.ts'
import { rawTicks } from '../../src/topics.ts'
import type { AggregateScene } from '../support/aggregate-scene.ts'
import { noteFigure } from '../support/figures.ts'
import { inScene } from '../support/in-scene.ts'
import type { StageProcess } from '../support/program.ts'
import { seeded } from '../support/seeded.ts'
import { type Play, together } from '../support/together.ts'

const PARTITIONS = 4

const isFrozen = ({ pid }: StageProcess): boolean =>
  execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('T')

/** Freezes an owner at a point for longer than its session lasts; another one takes over and works before it wakes up. */
const sleepAt =
  (at: 'before-send' | 'after-send' | 'taken', nth: number) =>
  async (scene: AggregateScene): Promise<void> => {
    const zombie = scene.start({ at, nth, by: 'SIGSTOP' })
    await scene.tradeUntil(() => isFrozen(zombie))
    const [before, frozenAt] = [scene.seen(), performance.now()]
    const heir = scene.start()
    await scene.tradeUntil(() => scene.seen() > before)
    noteFigure(`aggregate frozen at ${at}`, 'until the next candle', performance.now() - frozenAt)
    await scene.tradeUntil(() => scene.seen() > before + 100)
    zombie.signal('SIGCONT')
    const after = scene.seen()
    await scene.tradeUntil(() => scene.seen() > after + 200)
    expect([zombie.isAlive(), heir.isAlive()]).toEqual([true, true])
  }

const comeAndGo = async (scene: AggregateScene): Promise<void> => {
  const random = seeded(24)
  const alive: StageProcess[] = [scene.start(), scene.start()]
  for (let turn = 0; turn < 9; turn++) {
    const before = scene.seen()
    await scene.tradeUntil(() => scene.seen() > before + 60)
    const shouldLeave = alive.length === 4 || (alive.length > 2 && random() < 0.5)
    const [leaver] = shouldLeave ? alive.splice(Math.floor(random() * alive.length), 1) : []
    if (leaver) await leaver.end(random() < 0.5 ? 'SIGKILL' : 'SIGTERM')
    else alive.push(scene.start())
  }
}

const beFenced = async (scene: AggregateScene): Promise<void> => {
  const owner = scene.start()
  await scene.tradeUntil(() => scene.seen() > 100)
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const stray = await fenceProducer(scene.kafka, `${scene.prefix}aggregate-${partition}`)
    await stray.disconnect()
  }
  const [before, fencedAt] = [scene.seen(), performance.now()]
  await scene.tradeUntil(() => owner.said().includes('another process has taken this partition'))
  await scene.tradeUntil(() => scene.seen() > before + 100)
  noteFigure('aggregate fenced by a stray', 'until a hundred candles more', performance.now() - fencedAt)
}

const dieInRawTicks = async (scene: AggregateScene): Promise<void> => {
  scene.start()
  await scene.tradeUntil(() => scene.seen() > 50)
  const transactionalId = `${scene.prefix}dying`
  const dying = scene.kafka.producer({ idempotent: true, transactionalId, transactionTimeout: 2_000 })
  await dying.connect()
  const unfinished = await dying.transaction()
  const messages = Array.from({ length: PARTITIONS }, (_, partition) => ({ value: 'never read', partition }))
  await unfinished.send({ topic: scene.prefix + rawTicks.name, messages })
  await dying.disconnect()
  const [before, openedAt] = [scene.seen(), performance.now()]
  await scene.tradeUntil(() => scene.seen() > before + 500)
  noteFigure('transaction left open in raw_ticks', 'until 500 candles more', performance.now() - openedAt)
}

const faults: readonly (readonly [sentence: string, seed: number, play: (scene: AggregateScene) => Promise<void>])[] = [
  ['an owner that slept beyond its session with its records sent commits nothing more', 21, sleepAt('after-send', 4)],
  ['an owner that slept beyond its session in a transaction commits nothing more', 22, sleepAt('before-send', 4)],
  ['one that slept while it took its partitions does not keep them from their new owner', 23, sleepAt('taken', 1)],
  ['two to four members come, go and are killed, and each revision stands there once', 24, comeAndGo],
  ['an owner whose producers a stray process has fenced gets its partitions back', 25, beFenced],
  ['a transaction that a dead producer left open in raw_ticks is waited out', 26, dieInRawTicks]
]

describe('aggregators that share a group', () => {
  together(faults.map(([sentence, seed, play]): Play => [sentence, () => inScene(seed, play)]))
})
