import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from '@jest/globals'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import { eventually } from '../support/eventually.ts'
import { type LakeSinkScene, openLakeSinkScene } from '../support/lake-sink-scene.ts'
import { seeded } from '../support/seeded.ts'
import { type Play, together } from '../support/together.ts'

const AT_ONCE = 100
/** Trades go on while a sink waits for the session of the one before to end. */
const PACE_MS = 200
const KILLS = 4
const SEEDS = [41, 42, 43, 44, 45]
/** So many steps with files a life has at most, that all of them come before its trades are over. */
const STEPS = 24

const KILL = `--import=${resolve('test/support/kill-at-file.ts')}`

/** Trades come until a sink has ended itself; it says where. */
const liveAndDie = async (scene: LakeSinkScene, step: number): Promise<string> => {
  const stage = scene.start({ NODE_OPTIONS: KILL, KILL_AT_FILE_STEP: String(step) })
  await eventually(async () => {
    await scene.send(scene.market.next(AT_ONCE))
    await sleep(PACE_MS)
    return !stage.isAlive()
  }, stage.said)
  return stage.said()
}

const play = async (seed: number): Promise<void> => {
  const lake = mkdtempSync(join(tmpdir(), 'tickstream-lake-'))
  const env = { LAKE_DIR: lake, LAKE_EVERY_MS: '1', RAW_FRAMES: 'on' }
  const scene = await openLakeSinkScene(seed, { place: { kind: 'folder', path: lake }, store: folderStore(lake), env })
  const random = seeded(seed)
  try {
    for (let kill = 0; kill < KILLS; kill++)
      expect(await liveAndDie(scene, 1 + Math.floor(random() * STEPS))).toContain('killed ')
    const { silver, due, frames, framesDue, twice, faults } = await scene.finish(scene.start())
    expect({ twice, faults }).toEqual({ twice: [], faults: [] })
    expect(silver).toEqual(due)
    expect(framesDue.length).toBeGreaterThan(0)
    expect(frames).toEqual(framesDue)
  } finally {
    await scene.close()
    rmSync(lake, { recursive: true, force: true })
  }
}

describe('a sink lake that is killed', () => {
  together(
    SEEDS.map(
      (seed): Play => [
        `${KILLS} times amid its files leaves a whole lake, each trade and each frame in it once (seed ${seed})`,
        () => play(seed)
      ]
    )
  )
})
