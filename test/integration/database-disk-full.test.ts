import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { startOwnPostgres } from '../support/own-postgres.ts'
import { openSinkScene, type SinkScene } from '../support/sink-scene.ts'
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'

/** null: a disk to fill takes root, on Linux. */
const disk = mountSmallDisk(192)
const testWithDisk = disk ? test : test.skip

afterAll(() => disk?.remove())

const outgrow = async (scene: SinkScene, { fill, free }: SmallDisk): Promise<void> => {
  const sink = scene.start()
  await scene.publishUntil(async () => (await scene.rows()) > 100)
  fill(0)
  await scene.publishUntil(() => sink.said().includes('waits; nothing is lost'))
  expect(sink.said()).toMatch(/No space left on device|PostgreSQL does not answer/)
  free()
  expect(sink.isAlive()).toBe(true)
}

testWithDisk(
  'a database whose disk is full is waited for; with room it gets every candle, once',
  async () => {
    if (!disk) return
    const server = await startOwnPostgres(join(disk.folder, 'database'))
    try {
      const scene = await openSinkScene(server.url)
      try {
        await outgrow(scene, disk)
        expect(await scene.finish()).toEqual([])
      } finally {
        await scene.close()
      }
    } finally {
      await server.remove()
    }
  },
  120_000
)
