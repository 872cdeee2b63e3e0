import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { dropTopics, freshPrefix, testBrokers, testDatabase } from '../support/servers.ts'
import { startUp } from '../support/up-process.ts'

const SIMULATED = ['--source', 'simulated']
const ORDER = [
  'ingest stopped',
  'aggregate stopped',
  'analyze stopped',
  'alert stopped',
  'sink postgres stopped',
  'simulate stopped'
]

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

  test('twice at the same time works: each has its own market and its own ports', async () => {
    const folders = ['a', 'b'].map(name => mkdtempSync(join(tmpdir(), `tickstream-up-${name}-`)))
    const prefixes = folders.map(() => freshPrefix())
    const ups = folders.map((DATA_DIR, n) => startUp(SIMULATED, { ...env, DATA_DIR, TOPIC_PREFIX: prefixes[n]! }))
    await Promise.all(ups.map(up => up.until(/sim:BTC\/USDT \d.*aggregate ✓ 0 behind/)))
    const ports = ups.flatMap(up => [...up.said().matchAll(/metrics http:\/\/127\.0\.0\.1:(\d+)/g)].map(of => of[1]))
    for (const { child } of ups) child.kill('SIGINT')
    expect(await Promise.all(ups.map(({ child }) => once(child, 'close')))).toEqual(ups.map(() => [0, null]))
    expect(ports).toHaveLength(12)
    expect(new Set(ports).size).toBe(12)
    for (const up of ups) expect(up.said()).not.toMatch(/ is taken|cannot be used/)
    for (const prefix of prefixes) await dropTopics(env.KAFKA_BROKERS, prefix)
    for (const folder of folders) rmSync(folder, { recursive: true })
  })

  test('a stage whose port somebody takes while it is dead, and a market whose process dies, are back', async () => {
    const up = startUp(SIMULATED, env)
    await up.until(/sim:BTC\/USDT \d.*aggregate ✓ \d+ behind/)
    const port = Number(/aggregate runs; metrics http:\/\/127\.0\.0\.1:(\d+)/.exec(up.said())![1])
    for (const name of ['simulate', 'aggregate'])
      process.kill(childrenOf(up.child, `tickstream.ts ${name}`)[0]!, 'SIGKILL')
    const thief = await listenOn(port)
    await up.until(/aggregate is up again/)
    await up.until(/simulate is up again/)
    await up.until(/aggregate is up again\n(.*\n)*.*sim:BTC\/USDT \d.*aggregate ✓ \d+ behind/)
    thief.close()
    up.child.kill('SIGINT')
    expect(await once(up.child, 'close')).toEqual([0, null])
  })
})

/** Listens as soon as whoever listens there has gone. */
const listenOn = async (port: number): Promise<Server> => {
  for (;;) {
    const server = createServer().listen(port, '127.0.0.1')
    const heard = await Promise.race([once(server, 'listening').then(() => server), once(server, 'error')])
    if (heard === server) return server
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
