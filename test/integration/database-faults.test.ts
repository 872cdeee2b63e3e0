import { describe, expect } from '@jest/globals'
import pg from 'pg'
import { systemClock } from '../../src/runtime/clock.ts'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { noteFigure } from '../support/figures.ts'
import { startOwnPostgres } from '../support/own-postgres.ts'
import { testDatabase } from '../support/servers.ts'
import { openSinkScene, type SinkScene } from '../support/sink-scene.ts'
import { together } from '../support/together.ts'

/** Plays on a database; in the end it holds the newest final of every window, and nothing else. */
const onDatabase = async (url: string, play: (scene: SinkScene) => Promise<void>): Promise<void> => {
  const scene = await openSinkScene(url)
  try {
    await play(scene)
    expect(await scene.finish()).toEqual([])
  } finally {
    await scene.close()
  }
}

/** A sink works, the database is struck, and much more is published and stored after it. */
const strike = async (scene: SinkScene, fault: string, hurt: () => Promise<void>): Promise<void> => {
  const sink = scene.start()
  await scene.publishUntil(async () => (await scene.rows()) > 100)
  const struckAt = performance.now()
  await hurt()
  noteFigure(fault, 'away', performance.now() - struckAt)
  const before = await scene.rows()
  await scene.publishUntil(async () => (await scene.rows()) > before)
  noteFigure(fault, 'until the next row', performance.now() - struckAt)
  expect(sink.isAlive()).toBe(true)
}

const downAtStart = async (): Promise<void> => {
  const server = await startOwnPostgres()
  try {
    await onDatabase(server.url, async scene => {
      await scene.publish()
      await server.stop()
      const sink = scene.start()
      await scene.publishUntil(() => sink.said().includes('waits; nothing is lost'))
      await server.again()
      await scene.publishUntil(async () => (await scene.rows()) > 100)
    })
  } finally {
    await server.remove()
  }
}

const crashed = async (): Promise<void> => {
  const server = await startOwnPostgres()
  const crash = async (scene: SinkScene): Promise<void> => {
    await server.kill()
    await scene.publish()
    await server.again()
  }
  try {
    await onDatabase(server.url, async scene => {
      await strike(scene, 'database killed', () => crash(scene))
      await strike(scene, 'database killed', () => crash(scene))
    })
  } finally {
    await server.remove()
  }
}

/** Longer than a statement may take. */
const LOCKED_MS = 17_000

const slow = async (): Promise<void> => {
  const database = await testDatabase()
  const lock = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query('begin; lock table candles in access exclusive mode')
    await systemClock.sleep(LOCKED_MS)
    await client.query('rollback')
    await client.end()
  }
  try {
    await onDatabase(database.url, scene => strike(scene, 'database locked', lock))
  } finally {
    await database.drop()
  }
}

const answersLost = async (): Promise<void> => {
  const database = await testDatabase()
  const proxy = await startCuttingProxy(database.url, 3, 12)
  try {
    await onDatabase(database.url, async scene => {
      const sink = scene.start(proxy.url)
      // Some of the commits are those of partitions, and no row is lost by them.
      await scene.publishUntil(() => sink.said().includes('a commit whose answer was lost'))
      expect(proxy.cuts()).toBeGreaterThan(0)
    })
  } finally {
    await proxy.close()
    await database.drop()
  }
}

describe('the database', () => {
  together([
    ['that is down when the sink starts is waited for', downAtStart],
    ['that crashes twice under the sink gets every candle, once', crashed],
    ['that is slower than a statement may take is waited for', slow],
    ['whose answer to a commit is lost is looked at again, and nothing is stored twice', answersLost]
  ])
})
