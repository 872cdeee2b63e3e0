import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { HAS_JAVA, type OwnKafka, startOwnKafka } from '../support/own-kafka.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { startUp } from '../support/up-process.ts'

;(HAS_JAVA ? describe : describe.skip)(`up and its servers${HAS_JAVA ? '' : ' (left out: no Java 17)'}`, () => {
  let broker: OwnKafka
  let DATA_DIR: string
  beforeAll(async () => {
    broker = await startOwnKafka()
    DATA_DIR = mkdtempSync(join(tmpdir(), 'tickstream-up-servers-'))
  }, 60_000)
  afterAll(async () => {
    await broker.remove()
    rmSync(DATA_DIR, { recursive: true, force: true })
  })

  test('tells no lag of a broker that hangs, within five seconds, and goes on with it; no password is shown', async () => {
    const env = { KAFKA_BROKERS: broker.brokers, POSTGRES_URL: '', DATA_DIR, HTTP_PORT: '0' }
    const up = startUp(['--source', 'simulated'], env)
    try {
      await up.until(/sim:BTC\/USDT \d.*aggregate ✓ \d+ behind/)
      const from = performance.now()
      broker.signal('SIGSTOP')
      const before = up.said().length
      await up.until(/Kafka does not answer for \d s/)
      expect(performance.now() - from).toBeLessThan(5_000)
      await up.until(/aggregate ! lag unknown/)
      expect(up.said().slice(before)).not.toMatch(/✓ \d+ behind/)
      broker.signal('SIGCONT')
      await up.until(/Kafka does not answer(.*\n)*.*aggregate ✓ \d+ behind/)
      const file = /POSTGRES_URL_FILE=(.+)/.exec(up.said())![1]!
      const url = readFileSync(file, 'utf8').trim()
      const { password } = new URL(url)
      expect(password.length).toBeGreaterThan(20)
      expect(up.said()).not.toContain(password)
      expect(statSync(file).mode & 0o077).toBe(0)
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.end()
    } finally {
      broker.signal('SIGCONT')
      up.child.kill('SIGINT')
      await once(up.child, 'close')
    }
  }, 180_000)
})

const disk = mountSmallDisk(8)
afterAll(() => disk?.remove())

;(disk ? test : test.skip)(
  'a disk that is full at the start is named, and no stack is shown',
  async () => {
    const env = { KAFKA_BROKERS: '', POSTGRES_URL: '', DATA_DIR: join(disk!.folder, 'data') }
    for (const leaving of [0, 64 << 10, 4 << 20]) {
      disk!.free()
      disk!.fill(leaving)
      const up = startUp(['--only', 'postgres'], env)
      expect(await once(up.child, 'close')).toEqual([1, null])
      expect(up.said()).toMatch(/disk.* is full/)
      expect(up.said()).not.toMatch(/\n\s+at /)
    }
  },
  60_000
)

test('a folder that holds a database is never made anew, also when it was damaged', async () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'tickstream-damaged-'))
  const control = join(DATA_DIR, 'postgres', 'data', 'global', 'pg_control')
  mkdirSync(dirname(control), { recursive: true })
  for (const path of [control, join(DATA_DIR, '.tickstream-data')]) writeFileSync(path, 'x')
  const up = startUp(['--only', 'postgres'], { KAFKA_BROKERS: '', POSTGRES_URL: '', DATA_DIR })
  expect(await once(up.child, 'close')).toEqual([1, null])
  expect(up.said()).toMatch(/holds a database.*PG_VERSION is missing.*Nothing was removed/)
  expect(readFileSync(control, 'utf8')).toBe('x')
  rmSync(DATA_DIR, { recursive: true })
}, 30_000)
