import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { besideSimulated, noteSimulated } from '../../src/up/simulated-market.ts'

let folder: string
let said: string[]
const server = createServer((_, response) => void response.end('{}'))

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'simulated-'))
  said = []
  await new Promise<void>(listening => void server.listen(0, '127.0.0.1', listening))
})

afterEach(async () => {
  rmSync(folder, { recursive: true })
  if (server.listening) await new Promise(closed => server.close(closed))
})

const market = () => {
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return { ws: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` }
}
const config = (more = {}) => readConfig({ DATA_DIR: folder, ...more })
const beside = (more = {}) => besideSimulated(config(more), text => void said.push(text))

test('a command takes the simulated market of the `up` that runs in its folder, and says so', async () => {
  const { ws, rest } = market()
  noteSimulated(folder, { sim: market() })
  expect(await beside()).toMatchObject({ exchangeUrls: { BINANCE_WS_URL: ws, BINANCE_REST_URL: rest } })
  expect(said.join()).toContain(rest)
})

test('addresses that are set go first', async () => {
  noteSimulated(folder, { sim: market() })
  const { exchangeUrls } = await beside({ BINANCE_REST_URL: 'http://elsewhere' })
  expect(exchangeUrls).toEqual({ BINANCE_REST_URL: 'http://elsewhere' })
  expect(said).toEqual([])
})

test('one that has ended is not taken, whether it has taken its note back or not', async () => {
  const takeBack = noteSimulated(folder, { sim: market() })
  await new Promise(closed => server.close(closed))
  expect((await beside()).exchangeUrls).toEqual({})
  takeBack()
  expect((await beside()).exchangeUrls).toEqual({})
  expect(said).toEqual([])
})

test('the simulated markets of other venues are taken with it', async () => {
  const { ws, rest } = market()
  noteSimulated(folder, { sim: market(), 'sim-kraken': market() })
  expect((await beside()).exchangeUrls).toEqual({
    BINANCE_WS_URL: ws,
    BINANCE_REST_URL: rest,
    KRAKEN_WS_URL: ws,
    KRAKEN_REST_URL: rest
  })
  expect((await beside({ KRAKEN_REST_URL: 'http://elsewhere' })).exchangeUrls).toEqual({
    BINANCE_WS_URL: ws,
    BINANCE_REST_URL: rest,
    KRAKEN_REST_URL: 'http://elsewhere'
  })
})
