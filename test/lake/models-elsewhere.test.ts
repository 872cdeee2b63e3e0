import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { buildLake } from '../../src/lake/model/build-lake.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { GOLD, modelScene } from './model-scene.ts'

const NEVER = new AbortController().signal
const NOON = Date.UTC(2024, 7, 9, 12)

const trades = (from: number, to: number): readonly Trade[] =>
  Array.from({ length: to - from }, (_, n) => ({
    exchange: 'binance',
    symbol: 'BTC/USDT',
    id: String(from + n),
    price: `61000.${1 + ((from + n) % 9)}`,
    quantity: `0.${1 + (((from + n) * 7) % 9)}`,
    time: epochMs(NOON + (from + n) * 700),
    receivedAt: epochMs(NOON + (from + n) * 700 + 5),
    side: 'buy',
    via: 'stream'
  }))

const dbtPath = (): string | null => {
  const path = process.env.DBT_PATH ?? 'dbt'
  try {
    execFileSync(path, ['--version'], { stdio: 'ignore' })
    return path
  } catch {
    return null
  }
}

const DBT = dbtPath()

describe('the models of a lake, made elsewhere', () => {
  let scene: ReturnType<typeof modelScene>

  beforeEach(() => {
    scene = modelScene()
  })

  afterEach(() => rmSync(scene.folder, { recursive: true, force: true }))

  test('a lake in a bucket is read through its store, and a file is fetched once', async () => {
    const fetched: string[] = []
    const store: LakeStore = {
      ...scene.store,
      get: path => {
        if (path.endsWith('.parquet')) fetched.push(path)
        return scene.store.get(path)
      }
    }
    const place = { kind: 's3', bucket: 'lake', prefix: '' } as const
    const build = () =>
      buildLake({ location: place, store, database: join(scene.folder, 's3.duckdb'), full: false }, NEVER)
    await scene.write(trades(1, 300))
    await build()
    await scene.write(trades(300, 500))
    await build()
    expect(fetched.length).toBe(2)
    expect(new Set(fetched).size).toBe(2)
    await scene.build('folder.duckdb')
    expect(await scene.rows('s3.duckdb', GOLD)).toEqual(await scene.rows('folder.duckdb', GOLD))
  })

  test('a lake without trades says what to do', async () => {
    await expect(scene.build('lake.duckdb')).rejects.toThrow(/run `tickstream sink lake` first/)
  })

  const withDbt = DBT === null ? test.skip : test
  withDbt(
    'dbt makes the same of the same files (skipped where dbt is neither on PATH nor at DBT_PATH)',
    async () => {
      const dbt = (...args: readonly string[]): string =>
        execFileSync(
          DBT!,
          [
            ...args,
            '--project-dir',
            resolve('lake'),
            '--profiles-dir',
            resolve('lake'),
            '--target-path',
            scene.folder
          ].concat('--log-path', scene.folder),
          {
            encoding: 'utf8',
            env: { ...process.env, LAKE_DIR: scene.lake, LAKE_DATABASE: join(scene.folder, 'dbt.duckdb') }
          }
        )
      for (const part of [trades(1, 300), trades(400, 600), trades(250, 420)]) {
        await scene.write(part)
        dbt('run')
      }
      expect(dbt('build')).toMatch(/WARN=0 ERROR=0/)
      await scene.build('ours.duckdb')
      expect(await scene.rows('dbt.duckdb', GOLD)).toEqual(await scene.rows('ours.duckdb', GOLD))
      // Either goes on where the other stopped.
      await scene.write(trades(600, 700))
      await scene.build('dbt.duckdb')
      dbt('run')
      await scene.build('ours.duckdb')
      expect(await scene.rows('dbt.duckdb', GOLD)).toEqual(await scene.rows('ours.duckdb', GOLD))
    },
    240_000
  )
})
