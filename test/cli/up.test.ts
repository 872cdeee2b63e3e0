import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { dropTopics, freshPrefix, testBrokers, testDatabase } from '../support/servers.ts'
import { startUp } from '../support/up-process.ts'

const SIMULATED = ['--source', 'simulated']
const ORDER = ['ingest stopped', 'aggregate stopped', 'sink postgres stopped', 'simulate stopped']

const childrenOf = ({ pid }: ChildProcess, what: string): readonly number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(pid), '-f', what], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number)
  } catch {
    return []
  }
}

const count = async (url: string): Promise<number> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ n: string }>(`select count(*) as n from candles where exchange = 'sim'`)
  await client.end()
  return Number(rows[0]!.n)
}

describe('up', () => {
  let env: { KAFKA_BROKERS: string; POSTGRES_URL: string; TOPIC_PREFIX: string; DATA_DIR: string }
  let database: Awaited<ReturnType<typeof testDatabase>>
  beforeAll(async () => {
    database = await testDatabase()
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'tickstream-up-'))
    env = { KAFKA_BROKERS: await testBrokers(), POSTGRES_URL: database.url, TOPIC_PREFIX: freshPrefix(), DATA_DIR }
  })
  afterAll(async () => {
    await dropTopics(env.KAFKA_BROKERS, env.TOPIC_PREFIX)
    await database.drop()
    rmSync(env.DATA_DIR, { recursive: true, force: true })
  })

  test('runs everything, starts a dead stage again, and stops in order with candles in the database', async () => {
    const up = startUp(SIMULATED, env)
    await up.until(/sim:BTC\/USDT \d/)
    const [aggregate] = childrenOf(up.child, 'tickstream.ts aggregate')
    process.kill(aggregate!, 'SIGKILL')
    await up.until(/aggregate ended \(killed by SIGKILL\).*\n(.*\n)*.*aggregate is up again/)
    await up.until(/aggregate is up again\n(.*\n)*.*sim:BTC\/USDT \d.*aggregate ✓ 0 behind/)
    up.child.kill('SIGINT')
    expect(await once(up.child, 'close')).toEqual([0, null])
    const places = ORDER.map(words => up.said().indexOf(words))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(0)
    const lines = up.said().trim().split('\n')
    expect(lines.filter(line => !line.startsWith('SIMULATED '))).toEqual([])
    expect(await count(env.POSTGRES_URL)).toBeGreaterThan(10)
  })

  test('refuses a data folder that is in use, and its stages do not outlive it when it is killed', async () => {
    const up = startUp(SIMULATED, env)
    await up.until(/ingest runs/)
    const second = startUp(SIMULATED, env)
    expect(await once(second.child, 'close')).toEqual([1, null])
    expect(second.said()).toContain(`in use by another \`tickstream up\` (process ${up.child.pid})`)
    const stages = childrenOf(up.child, 'tickstream.ts').map(pid => ({ pid, gone: () => !isAlive(pid) }))
    expect(stages.length).toBeGreaterThanOrEqual(4)
    up.child.kill('SIGKILL')
    while (!stages.every(({ gone }) => gone())) await wait(20)
    expect(Number(readFileSync(join(env.DATA_DIR, 'up.lock'), 'utf8'))).toBe(up.child.pid)
  })
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
