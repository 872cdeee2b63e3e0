import { afterEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { IngestOptions } from '../../src/ingest/start-ingest.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { DAY } from '../support/market.ts'
import { answer } from './fake-exchange.ts'
import { BTC, createWorld, ids, openScene, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const HOUR = 3_600_000
const FOO = parseInstrument('binance:FOO/USDT')
const OLD = parseInstrument('binance:OLD/USDT')
const SYMBOLS = [BTC, FOO, OLD]

/** An exchange that lists these, and refuses a request that names another, as Binance does. */
const openListing = (
  states: Record<string, unknown>,
  instruments = SYMBOLS,
  { logLevel = 'warn', ...more }: Partial<IngestOptions> & { readonly logLevel?: string } = {}
) => {
  const world = createWorld()
  const lines: { level: number; msg: string }[] = []
  const asked: string[] = []
  const row = (symbol: string) => ({
    symbol,
    status: states[symbol],
    baseAsset: symbol.slice(0, -4),
    quoteAsset: symbol.slice(-4)
  })
  const list = (names: readonly string[]) => ({ symbols: names.map(row) })
  scene = openScene(
    {
      instruments,
      listing: true,
      ...more,
      log: pino({ level: logLevel }, { write: (text: string) => void lines.push(JSON.parse(text)) }),
      fetchJson: async (url, signal) => {
        const { pathname, searchParams } = new URL(url)
        if (pathname !== '/api/v3/exchangeInfo') {
          const known = states[searchParams.get('symbol') ?? ''] !== undefined
          return known ? world.exchange.fetchJson(url, signal) : answer(400, { code: -1121, msg: 'Invalid symbol.' })
        }
        if (world.exchange.refusal) return world.exchange.refusal
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
    // The third for the feed that has fallen silent.
    expect(asked).toHaveLength(3)
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

  test('that are not listed are told with the nearest ones of the list', async () => {
    const { lines } = openListing({ BTCUSDT: 'TRADING', FOOUSDC: 'TRADING' })
    await scene.clock.advance(10)
    expect(lines.map(({ msg }) => msg)).toEqual([
      'not followed: binance:FOO/USDT: binance does not list it; nearest is binance:FOO/USDC; binance:OLD/USDT: binance does not list it. Correct SYMBOLS, or leave it: they are looked for every hour'
    ])
    expect(scene.health.notes()[0]).toBe(
      'binance:FOO/USDT: not followed: binance does not list it; nearest is binance:FOO/USDC'
    )
  })

  test('that go from the list while they are followed are told once, with the nearest, and once more when they are back', async () => {
    const { lines, states } = openListing({ BTCUSDT: 'TRADING', FOOUSDT: 'TRADING', OLDUSDT: 'TRADING' }, SYMBOLS, {
      heartbeatMs: 60_000
    })
    await scene.clock.advance(10)
    delete states.FOOUSDT
    states.FOOUSDC = 'TRADING'
    states.OLDUSDT = 'BREAK'
    const told = () => lines.map(({ msg }) => msg).filter(msg => /lists?\b|suspended/.test(msg))
    await scene.clock.advance(2 * HOUR)
    expect(told()).toEqual([
      'binance:FOO/USDT: binance does not list it; nearest is binance:FOO/USDC; it is followed on, should it come back',
      'binance:OLD/USDT: binance has suspended it (BREAK); it is followed on, should it come back'
    ])
    expect(scene.health.notes()).toEqual([
      'binance:FOO/USDT: followed, but binance does not list it; nearest is binance:FOO/USDC',
      'binance:OLD/USDT: followed, but binance has suspended it (BREAK)'
    ])
    states.FOOUSDT = 'TRADING'
    states.OLDUSDT = 'TRADING'
    await scene.clock.advance(HOUR)
    expect(scene.health.notes()).toEqual([])
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

describe("the exchange's word for each of SYMBOLS", () => {
  const QUIET = { heartbeatMs: 60_000 }
  const ALL = { BTCUSDT: 'TRADING', FOOUSDT: 'TRADING', OLDUSDT: 'BREAK' }
  /** `symbol status +minutes`, in the order published. */
  const told = (): readonly string[] =>
    scene
      .listings()
      .map(({ symbol, status, checkedAt }) => `${symbol} ${status} +${Math.floor((checkedAt - DAY) / 60_000)}`)

  test('is published at the start, of those that are not followed as well', async () => {
    openListing({ BTCUSDT: 'TRADING', OLDUSDT: 'BREAK' }, SYMBOLS, QUIET)
    await scene.clock.advance(10)
    expect(told()).toEqual(['BTC/USDT TRADING +0', 'FOO/USDT null +0', 'OLD/USDT BREAK +0'])
  })

  test('comes with what the list tells of them, where it holds them, by the same request', async () => {
    const { asked } = openListing({ BTCUSDT: 'TRADING', OLDUSDT: 'BREAK' }, SYMBOLS, QUIET)
    await scene.clock.advance(10)
    expect(scene.instruments().map(({ symbol, native, status }) => `${symbol} ${native} ${status}`)).toEqual([
      'BTC/USDT BTCUSDT TRADING',
      'OLD/USDT OLDUSDT BREAK'
    ])
    expect(scene.instruments()[0]).toMatchObject({ exchange: 'binance', type: 'spot', checkedAt: DAY })
    expect(asked).toHaveLength(2)
  })

  test('is null in what was told of one that has left the list, which is published on as delisted', async () => {
    const { states } = openListing({ ...ALL }, SYMBOLS, QUIET)
    await scene.clock.advance(10)
    delete states.FOOUSDT
    await scene.clock.advance(HOUR)
    const ofFoo = scene.instruments().filter(({ symbol }) => symbol === 'FOO/USDT')
    expect(ofFoo.map(({ native, status, delisted }) => [native, status, delisted])).toEqual([
      ['FOOUSDT', 'TRADING', false],
      ['FOOUSDT', null, true]
    ])
  })

  test('is asked for before its hour when a stream falls silent and history has nothing either', async () => {
    const { states } = openListing({ ...ALL }, [BTC], QUIET)
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1005))
    await scene.clock.advance(10_000)
    states.BTCUSDT = 'HALT'
    await scene.clock.advance(10 * 60_000)
    expect(told().slice(0, 2)).toEqual(['BTC/USDT TRADING +0', 'BTC/USDT HALT +5'])
  })

  test('is told in one line of those that have changed', async () => {
    const { lines, states } = openListing({ ...ALL }, SYMBOLS, { ...QUIET, logLevel: 'info' })
    await scene.clock.advance(10)
    Object.assign(states, { BTCUSDT: 'HALT', FOOUSDT: 'AUCTION_MATCH' })
    await scene.clock.advance(2 * HOUR)
    expect(lines.map(({ msg }) => msg).filter(msg => msg.includes('state'))).toEqual([
      'the exchange has changed the state of binance:BTC/USDT from TRADING to HALT, binance:FOO/USDT from TRADING to AUCTION_MATCH'
    ])
  })

  test('is asked for and published anew once an hour, whether it has changed or not', async () => {
    const { states, asked } = openListing({ ...ALL }, SYMBOLS, QUIET)
    await scene.clock.advance(10)
    states.BTCUSDT = 'HALT'
    await scene.clock.advance(2 * HOUR)
    expect(told()).toEqual(
      ['TRADING +0', 'HALT +60', 'HALT +120'].flatMap(btc => {
        const at = btc.split(' ')[1]
        return [`BTC/USDT ${btc}`, `FOO/USDT TRADING ${at}`, `OLD/USDT BREAK ${at}`]
      })
    )
    expect(asked).toHaveLength(3)
  })

  test('is asked for by one request an hour also when one of them is not listed', async () => {
    const { asked } = openListing({ BTCUSDT: 'TRADING', OLDUSDT: 'BREAK' }, SYMBOLS, QUIET)
    await scene.clock.advance(3 * HOUR + 1_000)
    expect(asked).toHaveLength(2 + 3)
  })

  test.each([
    ['halted', 'HALT'],
    ['suspended', 'BREAK'],
    ['delisted', undefined]
  ])('changes within minutes when one is %s while it is followed, and it is followed on', async (_what, status) => {
    const { states } = openListing({ ...ALL }, SYMBOLS, QUIET)
    await scene.clock.advance(10)
    scene.exchange.trade(1000)
    if (status === undefined) delete states.BTCUSDT
    else states.BTCUSDT = status
    await scene.clock.advance(HOUR)
    expect(told().slice(3, 4)).toEqual([`BTC/USDT ${status ?? null} +5`])
    scene.exchange.trade(1001)
    await scene.clock.advance(2_000)
    expect(scene.ids()).toEqual([1000, 1001])
    expect(scene.exchange.peers).toHaveLength(1)
    expect(scene.health.notes().filter(note => note.includes('not followed'))).toEqual([
      'binance:OLD/USDT: not followed: binance has suspended it (BREAK)'
    ])
  })

  test('is not made up while the list cannot be read: the last one stands, and it is asked for again soon', async () => {
    openListing({ ...ALL }, SYMBOLS, QUIET)
    await scene.clock.advance(10)
    const before = told()
    scene.exchange.refusal = answer(503, 'away')
    await scene.clock.advance(2 * HOUR)
    expect(told()).toEqual(before)
    scene.exchange.refusal = null
    await scene.clock.advance(300_000)
    expect(told().slice(before.length)).toEqual([
      'BTC/USDT TRADING +125',
      'FOO/USDT TRADING +125',
      'OLD/USDT BREAK +125'
    ])
  })

  test.each([{ odd: true }, '', null, 7, 'not trading', 'X'.repeat(41)])(
    'is left out where it is none that can be read, here %j, which takes nothing from the others',
    async status => {
      const { lines } = openListing({ ...ALL, FOOUSDT: status })
      await scene.clock.advance(10)
      expect(told()).toEqual(['BTC/USDT TRADING +0', 'OLD/USDT BREAK +0'])
      expect(scene.exchange.peers.map(({ url }) => url)).toEqual([
        'ws://exchange/stream?streams=btcusdt@trade/foousdt@trade'
      ])
      expect(lines).toHaveLength(1)
    }
  )

  test('waits for a topic that is missing, with one line, and keeps no trade back; it is published at the next look', async () => {
    let isThere = false
    const { lines } = openListing({ ...ALL }, [BTC, FOO], { ...QUIET, hasTopic: async () => isThere })
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1005))
    await scene.clock.advance(2 * HOUR)
    expect(told()).toEqual([])
    expect(scene.ids()).toEqual(ids(1000, 1005))
    expect(scene.health.problems()).toEqual([])
    expect(lines.map(({ msg }) => msg).filter(msg => msg.includes('listings'))).toEqual([
      "listings is missing: what the exchange says of each symbol's state is not published until you run `tickstream topics apply`"
    ])
    isThere = true
    await scene.clock.advance(HOUR)
    expect(told().slice(0, 2)).toEqual(['BTC/USDT TRADING +124', 'FOO/USDT TRADING +124'])
  })

  test('is not sent while the broker does not say whether it has the topic; it is asked again soon', async () => {
    let asked = 0
    const answers = [new Error('away'), new Error('away'), true]
    const hasTopic = async (): Promise<boolean> => {
      const said = answers[asked++] ?? true
      if (said instanceof Error) throw said
      return said
    }
    openListing({ ...ALL }, [BTC], { ...QUIET, hasTopic })
    await scene.clock.advance(9 * 60_000)
    expect(told()).toEqual([])
    await scene.clock.advance(2 * 60_000)
    expect(told()).toEqual(['BTC/USDT TRADING +10'])
    expect(scene.exchange.peers).toHaveLength(1)
  })

  test('keeps neither trades back nor instruments that appear while the broker does not take it', async () => {
    const listingsOutput = { send: () => new Promise<void>(() => undefined) }
    const { states } = openListing({ BTCUSDT: 'TRADING' }, [BTC, FOO], { ...QUIET, listingsOutput })
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1005))
    states.FOOUSDT = 'TRADING'
    await scene.clock.advance(HOUR)
    expect(scene.ids()).toEqual(ids(1000, 1005))
    expect(scene.exchange.peers).toHaveLength(2)
    expect(scene.health.problems()).toEqual([])
  })
})
