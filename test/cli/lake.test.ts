import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { type LakeScene, lakeScene, tradesFrom } from '../lake/lake-scene.ts'
import { runProgram } from '../support/program.ts'

describe('the commands of the lake', () => {
  let scene: LakeScene
  let env: Record<string, string>

  beforeEach(async () => {
    scene = lakeScene()
    env = { LAKE_DIR: scene.folder, KAFKA_BROKERS: '', POSTGRES_URL: '' }
    await scene.write(0, tradesFrom(0, 10))
    await scene.write(10, tradesFrom(10, 10))
  })
  afterEach(() => scene.remove())

  test('check prints what there is, and ends with 1 when something is missing', async () => {
    const sound = await runProgram(['lake', 'check'], env)
    expect(sound.stdout).toContain('nothing is missing')
    expect(sound.code).toBe(0)
    rmSync(join(scene.folder, (await liveFiles(scene.store))[0]!.path))
    const broken = await runProgram(['lake', 'check', '--quick', '--lake', scene.folder], { ...env, LAKE_DIR: '' })
    expect(broken.stdout).toMatch(/FAULT .*is not there\n1 faults?\n/)
    expect(broken.code).toBe(1)
  })

  test('compact makes one of the parts, and has nothing to do the second time', async () => {
    const first = await runProgram(['lake', 'compact', '--date', '2024-08-09', '--remove-after', '0'], env)
    expect(first.stdout).toContain('raw_ticks/0 offsets 0..19: 2 entries are one, 2 files are 1, 20 trades')
    expect(first.stdout).toContain('4 objects removed')
    const second = await runProgram(['lake', 'compact', '--date', '2024-08-09'], env)
    expect(second.stdout).toContain('nothing of 2024-08-09')
    expect((await runProgram(['lake', 'check'], env)).code).toBe(0)
  })

  test('wrong usage ends with 2', async () => {
    expect((await runProgram(['lake', 'compact', '--date', '2024-02-31'], env)).code).toBe(2)
    expect((await runProgram(['lake', 'compact', '--date', '2024-08-09', '--remove-after', 'soon'], env)).code).toBe(2)
    const nowhere = await runProgram(['lake', 'check'], { ...env, LAKE_DIR: '' })
    expect(nowhere.code).toBe(2)
    expect(nowhere.stderr).toContain('LAKE_DIR')
  })
})
