import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { doctorsWords, sinksWords } from '../support/database-words.ts'
import { noteFigure } from '../support/figures.ts'
import { askServer, caughtUp, type PostgresPair, startPostgresPair } from '../support/postgres-pair.ts'
import { runProgram } from '../support/program.ts'
import { type Relay, startRelay } from '../support/relay.ts'
import { openSinkScene, type SinkScene } from '../support/sink-scene.ts'

const PATIENCE_MS = 180_000
const MAX_MS = 15_000

/** Both servers in one URL, the primary of the beginning first. */
const both = ({ primary, standby }: PostgresPair, options = ''): string => {
  const url = new URL(primary.url)
  return `${url.protocol}//${url.username}:${url.password}@${url.host},${new URL(standby.url).host}${url.pathname}${options}`
}

const portOf = async (url: string): Promise<unknown> => {
  const pool = createPool(url, 'test')
  try {
    return (await pool.query("select current_setting('port') as port")).rows[0]?.port
  } finally {
    await pool.end()
  }
}

/** Goes on publishing until rows come again; says how long that took. */
const goesOn = async (scene: SinkScene, fault: string, struckAt: number): Promise<void> => {
  const before = await scene.rows()
  await scene.publishUntil(async () => (await scene.rows()) > before)
  const took = performance.now() - struckAt
  noteFigure(fault, 'until the next row', took)
  expect(took).toBeLessThan(MAX_MS)
}

describe('of a primary and its standby', () => {
  let pair: PostgresPair
  let relay: Relay
  let upstream: string

  beforeAll(async () => {
    pair = await startPostgresPair()
    upstream = pair.primary.url
    relay = await startRelay(
      () => upstream,
      ({ client, server }) => {
        client.pipe(server)
        server.pipe(client)
      }
    )
    expect((await runProgram(['migrate'], { POSTGRES_URL: both(pair) })).code).toBe(0)
    await caughtUp(pair.primary.url, pair.standby.url)
  }, PATIENCE_MS)

  afterAll(async () => {
    await relay.close()
    await pair.remove()
  })

  test('each is chosen by the words of libpq', async () => {
    const [primary, standby] = [pair.primary, pair.standby].map(({ url }) => new URL(url).port)
    const chosen = (attrs: string) => portOf(both(pair, `?target_session_attrs=${attrs}`))
    expect(await portOf(both(pair))).toBe(primary)
    expect(await chosen('any')).toBe(primary)
    expect(await chosen('primary')).toBe(primary)
    expect(await chosen('read-write')).toBe(primary)
    expect(await chosen('standby')).toBe(standby)
    expect(await chosen('read-only')).toBe(standby)
    expect(await chosen('prefer-standby')).toBe(standby)
    expect(await portOf(`${pair.primary.url}?target_session_attrs=prefer-standby`)).toBe(primary)
    await expect(portOf(`${pair.primary.url}?target_session_attrs=standby`)).rejects.toThrow('is the primary')
    await expect(portOf(`${pair.standby.url}?target_session_attrs=primary`)).rejects.toThrow('is a standby')
  })

  test('what writes takes the writable one, whatever is said for those who read', async () => {
    const mixed = both(pair, '?target_session_attrs=prefer-standby')
    expect(await sinksWords(mixed)).toMatchObject({ kind: 'ok' })
    expect(await doctorsWords(mixed)).toEqual([])
  })

  test('the standby alone is waited for by the sink, doctor says so, and readers are served', async () => {
    const { url } = pair.standby
    const sink = await sinksWords(url)
    expect(sink).toMatchObject({ kind: 'waits', words: expect.stringContaining('it is a standby') })
    expect(await doctorsWords(url)).toEqual([sink.words])
    expect(await runProgram(['export', 'candles'], { POSTGRES_URL: url })).toMatchObject({ code: 0 })
  })

  test(
    'a sink whose connections still lead to the demoted one goes on with the other by itself, with every row once',
    async () => {
      const way = new URL(pair.primary.url)
      way.port = String(relay.port)
      const scene = await openSinkScene(way.href)
      try {
        const sink = scene.start()
        await scene.publishUntil(async () => (await scene.rows()) > 100)
        const struckAt = performance.now()
        await askServer(pair.primary.url, 'alter system set default_transaction_read_only = on')
        await askServer(pair.primary.url, 'select pg_reload_conf()')
        await scene.publishUntil(() => sink.said().includes('takes no writes'))
        await caughtUp(pair.primary.url, pair.standby.url)
        await askServer(pair.standby.url, 'select pg_promote()')
        upstream = pair.standby.url
        await goesOn(scene, 'database demoted under its connections', struckAt)
        expect(sink.isAlive()).toBe(true)
        expect(await scene.finish()).toEqual([])
      } finally {
        await scene.close()
      }
    },
    PATIENCE_MS
  )
})

test(
  'a sink that knows both hosts goes from one to the other and back, with every row once',
  async () => {
    const pair = await startPostgresPair()
    let here = pair.primary.url
    const change = async (scene: SinkScene, from: 'primary' | 'standby', to: 'primary' | 'standby'): Promise<void> => {
      await caughtUp(pair[from].url, pair[to].url)
      const struckAt = performance.now()
      await pair[from].stop()
      await askServer(pair[to].url, 'select pg_promote()')
      here = pair[to].url
      await goesOn(scene, 'primary stopped, standby promoted', struckAt)
    }
    try {
      const scene = await openSinkScene(here, () => here)
      try {
        const sink = scene.start(both(pair))
        await scene.publishUntil(async () => (await scene.rows()) > 100)
        await change(scene, 'primary', 'standby')
        await pair.rejoin('primary')
        await change(scene, 'standby', 'primary')
        expect(sink.isAlive()).toBe(true)
        expect(await scene.finish()).toEqual([])
      } finally {
        await scene.close()
      }
    } finally {
      await pair.remove()
    }
  },
  PATIENCE_MS
)
