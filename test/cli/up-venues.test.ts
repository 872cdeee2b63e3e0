import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import type { Composite } from '../../src/market/records/derived/composite.ts'
import { composites } from '../../src/topics.ts'
import { findBrowser, startBrowser, WHY_NO_BROWSER } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { testDatabase } from '../support/servers.ts'
import { type TestKafka, testKafka } from '../support/test-kafka.ts'
import { startUp } from '../support/up-process.ts'

/** Numbers of the trades prove two of them whole; of the third the exchange's own candle tells. */
const SYMBOLS = 'binance:BTC/USDT,okx:BTC/USDT,bybit:BTC/USDT'
const VENUES = ['sim', 'sim-bybit', 'sim-okx']
/** A minute has to end, and the machine may be busy. */
const WITHIN_MS = 260_000

const venuesOf = ({ venues }: Composite): readonly string[] => venues.map(({ exchange }) => exchange)

const isOfAll = (composite: Composite): boolean => venuesOf(composite).join() === VENUES.join()

const inTopic = async ({ kafka, prefix }: TestKafka): Promise<readonly Composite[]> => {
  const read: Composite[] = []
  await readTopic(kafka, prefix + composites.name, records => {
    for (const { value } of records) if (value) read.push(composites.codec.decode(value))
  })
  return read
}

const overHttp = async (gateway: string): Promise<readonly Composite[]> => {
  const answer = await fetch(`${gateway}/api/v1/composites?symbol=BTC/USDT&simulated=true`)
  return ((await answer.json()) as { readonly composites: readonly Composite[] }).composites
}

const onScreen = async (gateway: string): Promise<readonly string[]> => {
  const browser = await startBrowser()
  try {
    const page = await browser.newPage()
    await page.goto(`${gateway}/chart?instrument=sim:BTC/USDT`)
    await page.locator('.venues-card tr[data-venue="sim-okx"]').waitFor()
    const rows = await page.locator('.venues-card tr[data-venue]').all()
    return await Promise.all(rows.map(async row => (await row.getAttribute('data-venue')) ?? ''))
  } finally {
    await browser.close()
  }
}

test('up on the simulated market of three venues says what they say together, in the topic, over HTTP and on the screen', async () => {
  const cluster = await testKafka()
  const database = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-up-venues-'))
  const up = startUp(['--source', 'simulated'], {
    ...{ KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix, POSTGRES_URL: database.url, DATA_DIR: folder },
    ...{ SYMBOLS, PAIRS: '' }
  })
  try {
    await up.until(/open http:\S+/)
    const gateway = /open (http:\S+)/.exec(up.said())![1]!
    await eventually(async () => (await overHttp(gateway).catch(() => [])).some(isOfAll), up.said, WITHIN_MS)
    const [record] = (await inTopic(cluster)).filter(isOfAll)
    expect(record).toMatchObject({ symbol: 'BTC/USDT', simulated: true, base: 'BTC', quote: 'USDT', missing: [] })
    expect(record!.price).toBeGreaterThan(0)
    expect(record!.dispersionBps).toBeGreaterThan(0)
    expect(record!.venues.reduce((sum, { weight }) => sum + (weight ?? 0), 0)).toBeCloseTo(1)
    if (findBrowser() === null) process.stderr.write(`the screen: ${WHY_NO_BROWSER}\n`)
    else expect([...(await onScreen(gateway))].sort()).toEqual(VENUES)
  } finally {
    up.child.kill('SIGINT')
    await once(up.child, 'close')
    await cluster.sweep()
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  }
}, 400_000)
