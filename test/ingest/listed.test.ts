import { afterEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { parseInstrument } from '../../src/market/instrument.ts'
import { answer } from './fake-exchange.ts'
import { BTC, createWorld, ids, openScene, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const HOUR = 3_600_000
const FOO = parseInstrument('binance:FOO/USDT')
const OLD = parseInstrument('binance:OLD/USDT')

/** An exchange that lists these, and refuses a request that names another, as Binance does. */
const openListing = (states: Record<string, string>, instruments = [BTC, FOO, OLD]) => {
  const world = createWorld()
  const lines: { level: number; msg: string }[] = []
  const asked: string[] = []
  const list = (names: readonly string[]) => ({ symbols: names.map(symbol => ({ symbol, status: states[symbol] })) })
  scene = openScene(
    {
      instruments,
      listing: true,
      log: pino({ level: 'warn' }, { write: (text: string) => void lines.push(JSON.parse(text)) }),
      fetchJson: async (url, signal) => {
        const { pathname, searchParams } = new URL(url)
        if (pathname !== '/api/v3/exchangeInfo') {
          const known = states[searchParams.get('symbol') ?? ''] !== undefined
          return known ? world.exchange.fetchJson(url, signal) : answer(400, { code: -1121, msg: 'Invalid symbol.' })
        }
        asked.push(url)
        const names = searchParams.get('symbols')
        if (names === null) return answer(200, list(Object.keys(states)))
        const wanted = JSON.parse(names) as string[]
        if (wanted.some(name => states[name] === undefined)) return answer(400, { code: -1121, msg: 'Invalid symbol.' })
        return answer(200, list(wanted))
      }
    },
    world
  )
  return { lines, asked, states }
}

describe('SYMBOLS against the list of the exchange', () => {
  test('leave out what it does not list or has suspended, in one line, and the others are followed and ready', async () => {
    const { lines, asked } = openListing({ BTCUSDT: 'TRADING', OLDUSDT: 'BREAK' })
    await scene.clock.advance(10)
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual(['ws://exchange/stream?streams=btcusdt@trade'])
    scene.exchange.trade(...ids(1000, 1005))
    await scene.clock.advance(420_000)
    expect(scene.health.problems()).toEqual([])
    expect(lines.map(({ msg }) => msg)).toEqual([
      'not followed: binance:FOO/USDT: binance does not list it; binance:OLD/USDT: binance has suspended it (BREAK). Correct SYMBOLS, or leave it: they are looked for every hour'
    ])
    expect(scene.health.notes()).toEqual([
      'binance:FOO/USDT: not followed: binance does not list it',
      'binance:OLD/USDT: not followed: binance has suspended it (BREAK)'
    ])
    expect(asked).toHaveLength(2)
    expect(scene.heartbeats().length).toBeGreaterThan(400)
  })

  test('are followed as soon as they appear, over a connection of their own', async () => {
    const { states } = openListing({ BTCUSDT: 'TRADING', OLDUSDT: 'BREAK' })
    await scene.clock.advance(10)
    states.FOOUSDT = 'TRADING'
    await scene.clock.advance(HOUR + 1_000)
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual([
      'ws://exchange/stream?streams=btcusdt@trade',
      'ws://exchange/stream?streams=foousdt@trade'
    ])
    expect(scene.health.notes()).toEqual(['binance:OLD/USDT: not followed: binance has suspended it (BREAK)'])
  })

  test('are taken as they are where it cannot be read', async () => {
    const world = createWorld()
    world.exchange.refusal = answer(451, 'no')
    scene = openScene({ instruments: [BTC, FOO], listing: true }, world)
    await scene.clock.advance(10)
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual([
      'ws://exchange/stream?streams=btcusdt@trade/foousdt@trade'
    ])
  })

  test('are taken as they are where it does not answer in time', async () => {
    const world = createWorld()
    world.exchange.latencyMs = 60_000
    scene = openScene({ instruments: [BTC], listing: true }, world)
    await scene.clock.advance(4_900)
    expect(scene.exchange.peers).toEqual([])
    await scene.clock.advance(200)
    expect(scene.exchange.peers).toHaveLength(1)
  })

  test('of a symbol that is delisted while it is followed leave the stage ready for the others', async () => {
    const { lines, states } = openListing({ BTCUSDT: 'TRADING', FOOUSDT: 'TRADING', OLDUSDT: 'TRADING' })
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1005))
    const now = scene.clock.now()
    const data = { e: 'trade', E: now, s: 'FOOUSDT', t: 1, p: '1', q: '1', T: now, m: false, M: true }
    scene.exchange.send(JSON.stringify({ stream: 'foousdt@trade', data }))
    await scene.clock.advance(10_000)
    delete states.FOOUSDT
    scene.exchange.drop()
    await scene.clock.advance(420_000)
    expect(scene.health.problems()).toEqual([])
    expect(lines.filter(({ level }) => level > 30).length).toBeLessThan(5)
  })

  test('beyond ASCII are asked for percent-encoded, and followed', async () => {
    const coin = parseInstrument('binance:币安人生/USDT')
    const { asked } = openListing({ 币安人生USDT: 'TRADING' }, [coin])
    await scene.clock.advance(10)
    expect(asked).toEqual([`http://exchange/api/v3/exchangeInfo?symbols=${encodeURIComponent('["币安人生USDT"]')}`])
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual([
      `ws://exchange/stream?streams=${encodeURI('币安人生usdt')}@trade`
    ])
    const data = {
      e: 'trade',
      E: scene.clock.now(),
      s: '币安人生USDT',
      t: 1,
      p: '1',
      q: '1',
      T: scene.clock.now(),
      m: false,
      M: true
    }
    scene.exchange.send(JSON.stringify({ stream: '币安人生usdt@trade', data }))
    await scene.clock.advance(10_000)
    expect(scene.trades()).toMatchObject([{ exchange: 'binance', symbol: '币安人生/USDT', id: '1' }])
  })
})
