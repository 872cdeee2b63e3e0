import { describe, expect, test } from '@jest/globals'
import { seeded } from '../support/seeded.ts'
import { testDatabase } from '../support/servers.ts'
import { killMigration, killUpkeep } from './partition-kills.ts'

/** `PARTITION_KILLS=20` for the figures of docs/guarantees.md. */
const KILLS = Number(process.env.PARTITION_KILLS ?? 2)
const PATIENCE_MS = 120_000 + KILLS * 30_000

const whole = { kills: KILLS, lost: 0, unexpected: 0, strayTables: 0, atRest: 0 }

describe(`killed ${KILLS} times at random moments`, () => {
  test(
    'migrate brings every row that is kept into partitions, once',
    async () => {
      const { url, drop } = await testDatabase()
      const killing = { url, kills: KILLS, random: seeded(1), withinMs: 5_000 }
      expect(await killMigration(killing, 2_000 + KILLS * 2_000)).toEqual(whole)
      await drop()
    },
    PATIENCE_MS
  )

  test(
    'upkeep drops what is past, keeps all that is due, and leaves nothing behind',
    async () => {
      const { url, drop } = await testDatabase()
      const killing = { url, kills: KILLS, random: seeded(2), withinMs: 5_000 }
      expect(await killUpkeep(killing, 60 + KILLS * 20)).toEqual(whole)
      await drop()
    },
    PATIENCE_MS
  )
})
