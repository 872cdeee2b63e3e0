import { describe, expect, test } from '@jest/globals'
import { doctorsWords, sinksWords } from '../support/database-words.ts'
import { startPgbouncer, whyNoPgbouncer } from '../support/own-pgbouncer.ts'
import { runProgram } from '../support/program.ts'
import { testDatabase } from '../support/servers.ts'
import { openSinkScene } from '../support/sink-scene.ts'

const why = whyNoPgbouncer()

describe(`PgBouncer as it comes${why === null ? '' : ` (skipped: ${why})`}`, () => {
  const testThere = why === null ? test : test.skip

  testThere.each(['transaction', 'session'] as const)(
    'in %s mode: tables are made through it, the sink stores through it, doctor has nothing to say',
    async mode => {
      const database = await testDatabase()
      const pooler = await startPgbouncer(database.url, mode)
      try {
        const scene = await openSinkScene(pooler.url)
        try {
          scene.start()
          await scene.publishUntil(async () => (await scene.rows()) > 200)
          expect(await scene.finish()).toEqual([])
          expect(await doctorsWords(pooler.url)).toEqual([])
          const rows = await runProgram(['export', 'candles'], { POSTGRES_URL: pooler.url })
          expect(rows.stdout.split('\n').length).toBeGreaterThan(200)
        } finally {
          await scene.close()
        }
      } finally {
        await pooler.close()
        await database.drop()
      }
    },
    120_000
  )

  testThere('a setting of the URL that it refuses, and a database that it does not know, are said', async () => {
    const database = await testDatabase()
    const pooler = await startPgbouncer(database.url, 'transaction')
    try {
      const refused = await sinksWords(`${pooler.url}?options=-c%20search_path%3Dmine`)
      expect(refused).toMatchObject({ kind: 'ended', words: expect.stringContaining('ignore_startup_parameters') })
      const unknown = new URL(pooler.url)
      unknown.pathname = '/absent'
      expect(await sinksWords(unknown.href)).toMatchObject({
        kind: 'ended',
        words: expect.stringMatching(/pooler that does not know|no such database/)
      })
      unknown.pathname = new URL(pooler.url).pathname
      unknown.password = 'wrong'
      expect(await sinksWords(unknown.href)).toMatchObject({
        kind: 'ended',
        words: expect.stringContaining('password')
      })
    } finally {
      await pooler.close()
      await database.drop()
    }
  })
})
