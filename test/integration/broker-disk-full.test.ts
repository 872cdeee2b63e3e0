import { join } from 'node:path'
import { afterAll, test } from '@jest/globals'
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

/** Its log lies on the same disk, so what it says of its end may be lost with it. Fills the disk while the market goes on, and makes room and starts the broker again when it has died of it. */
const outgrow = async (scene: AggregateScene, { fill, free }: SmallDisk, broker: OwnKafka): Promise<void> => {
  scene.start()
  scene.start()
  await scene.tradeUntil(() => scene.seen() > 200)
  fill(LEAVING)
  const mended = broker.ended().then(async () => {
    free()
    await broker.again()
  })
  let isMended = false
  void mended.finally(() => {
    isMended = true
  })
  await scene.tradeUntil(() => isMended)
  await mended
  const before = scene.seen()
  await scene.tradeUntil(() => scene.seen() > before + 300)
}

testWithDisk(
  'a broker whose disk is full ends; with room and a restart nothing is lost',
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
