import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import type { AggregateScene } from '../support/aggregate-scene.ts'
import { inScene } from '../support/in-scene.ts'
import { HAS_JAVA, type OwnKafka, startOwnKafka } from '../support/own-kafka.ts'
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'

/** Less than what a few seconds of the market take. */
const LEAVING = 64 << 10

/** null: a disk to fill takes root, on Linux; the broker on it takes Java. */
const disk = HAS_JAVA ? mountSmallDisk(256) : null
const testWithDisk = disk ? test : test.skip

afterAll(() => disk?.remove())

/** Fills the disk while the market goes on, and makes room and starts the broker again when it has died of it. */
const outgrow = async (scene: AggregateScene, { fill, free }: SmallDisk, broker: OwnKafka): Promise<void> => {
  scene.start()
  scene.start()
  await scene.tradeUntil(() => scene.seen() > 200)
  fill(LEAVING)
  const mended = broker.ended().then(async words => {
    free()
    await broker.again()
    return words
  })
  let isMended = false
  void mended.finally(() => {
    isMended = true
  })
  await scene.tradeUntil(() => isMended)
  expect(await mended).toMatch(/No space left|log dirs?/i)
  const before = scene.seen()
  await scene.tradeUntil(() => scene.seen() > before + 300)
}

testWithDisk(
  'a broker whose disk is full ends and says why; with room and a restart nothing is lost',
  async () => {
    if (!disk) return
    const broker = await startOwnKafka(join(disk.folder, 'broker'))
    try {
      await inScene(43, scene => outgrow(scene, disk, broker), broker.brokers)
    } finally {
      await broker.remove()
    }
  },
  180_000
)
