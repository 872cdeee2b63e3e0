import { afterEach, describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { Exchange, ExchangeEvent } from '../../src/exchange/exchange.ts'
import { type Instrument, parseInstrument } from '../../src/market/instrument.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { timeOf } from './fake-exchange.ts'
import { BTC, ids, openScene, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const ETH = parseInstrument('binance:ETH/USDT')
const binance = createBinance('binance')

/** An exchange whose messages tell exactly these events. */
const PLAIN: Exchange = {
  ...binance,
  limits: { ...binance.limits, streamBytesInAddress: 0 },
  subscribe: (streams, id) => streams.map(stream => `${id} ${stream}`),
  decode: text => JSON.parse(text) as readonly ExchangeEvent[]
}

const say = (...events: readonly ExchangeEvent[]): void => scene.exchange.send(JSON.stringify(events))

const trade = (id: number, of: Instrument = BTC, time: number = timeOf(id)): Trade => ({
  exchange: of.exchange,
  symbol: of.symbol,
  id: String(id),
  price: '100',
  quantity: '1',
  time: epochMs(time),
  receivedAt: epochMs(time),
  side: 'buy',
  via: 'stream'
})

const told = (id: number, of?: Instrument, time?: number): ExchangeEvent => {
  const one = trade(id, of, time)
  return { kind: 'trade', trade: one, time: one.time }
}

const confirmed = (...streams: readonly string[]): ExchangeEvent => ({ kind: 'reply', id: null, error: null, streams })

const open = async (exchange: Partial<Exchange> = {}, instruments: readonly Instrument[] = [BTC]): Promise<void> => {
  scene = openScene({ exchange: { ...PLAIN, ...exchange }, instruments })
  await scene.clock.advance(2_000)
}

/** A scene with the ids 1000 to 1005 of BTC/USDT, live. */
const openLive = async (exchange: Partial<Exchange> = {}): Promise<void> => {
  await open(exchange)
  say(confirmed('btcusdt@trade'))
  scene.exchange.print(...ids(1000, 1005))
  say(...ids(1000, 1005).map(id => told(id)))
  await scene.clock.advance(1_000)
}

describe('a message of several events', () => {
  test('brings every trade in it', async () => {
    await openLive()
    say(told(1006), told(1007), told(1008))
    expect(scene.ids('stream')).toEqual(ids(1000, 1008))
  })

  test('becomes a dead letter for what cannot be read in it, and brings the rest', async () => {
    await openLive()
    say(told(1006), { kind: 'unreadable', reason: 'undecodable', detail: 'no price', stream: 'btcusdt@trade' })
    expect(scene.ids()).toEqual(ids(1000, 1006))
    expect(scene.deadLetters()).toEqual([expect.objectContaining({ reason: 'undecodable', detail: 'no price' })])
  })

  test('of the future is one witness, however many events tell of it', async () => {
    await openLive()
    const future = timeOf(1006) + 3_600_000
    say(...[1006, 1007, 1008].map(id => told(id, BTC, future)))
    await scene.clock.advance(2_000)
    expect(scene.ids()).toEqual(ids(1000, 1005))
    expect(scene.deadLetters().map(({ reason }) => reason)).toEqual(Array(3).fill('future-time'))
  })
})

describe('a subscription', () => {
  test('is up when every stream is confirmed, in any order', async () => {
    await open({}, [BTC, ETH])
    expect(scene.exchange.peers[0]?.sent).toEqual(['1 btcusdt@trade', '1 ethusdt@trade'])
    say(confirmed('ethusdt@trade'))
    expect(scene.health.problems()).not.toEqual([])
    say(confirmed('btcusdt@trade'))
    expect(scene.health.problems()).toEqual([])
  })

  test('goes on without a stream that the exchange refuses', async () => {
    await open({}, [BTC, ETH])
    say({ kind: 'reply', id: null, error: 'unknown pair', streams: ['ethusdt@trade'] }, confirmed('btcusdt@trade'))
    expect(scene.health.problems()).toEqual([])
  })

  test('is tried again on another connection where the exchange refuses without saying what', async () => {
    await open()
    const [first] = scene.exchange.peers
    say({ kind: 'reply', id: null, error: 'bad request' })
    expect(scene.exchange.peers).not.toContain(first)
  })

  test('of streams on different routes takes a connection each', async () => {
    await open({ route: stream => stream.slice(0, 3), socketPath: () => '/any' }, [BTC, ETH])
    expect(scene.exchange.peers.map(({ sent }) => sent)).toEqual([['1 btcusdt@trade'], ['1 ethusdt@trade']])
  })
})

describe('a connection', () => {
  test('answers what the exchange asks, and tells it now and then that somebody listens', async () => {
    await openLive({ keepAlive: { message: 'ping', everyMs: 5_000 } })
    say({ kind: 'challenge', answer: 'still here' })
    await scene.clock.advance(20_000)
    const sent = scene.exchange.peers[0]?.sent ?? []
    expect(sent).toContain('still here')
    expect(sent.filter(text => text === 'ping').length).toBeGreaterThanOrEqual(3)
    expect(sent.filter(text => text === 'ping').length).toBeLessThanOrEqual(5)
  })

  test('that is busy with one symbol carries the time of a quiet one on', async () => {
    await open({}, [BTC, ETH])
    say(confirmed('btcusdt@trade', 'ethusdt@trade'))
    scene.exchange.print(1000)
    say(told(1000), told(500, ETH, timeOf(1000)))
    for (let id = 1001; id <= 1100; id++) {
      scene.exchange.print(id)
      say(told(id, BTC, timeOf(1000) + (id - 1000) * 100))
      await scene.clock.advance(100)
    }
    const quiet = scene.heartbeats().filter(({ symbol }) => symbol === ETH.symbol)
    expect(quiet.at(-1)!.time - timeOf(1000)).toBeGreaterThan(5_000)
  })

  test('gives heartbeats the clock that an answer tells, where no trade has told it', async () => {
    const position = { ...BTC, lastId: '1005', time: epochMs(timeOf(1005)) }
    scene = openScene({ exchange: PLAIN, positions: [position] })
    scene.exchange.print(...ids(1000, 1005))
    await scene.clock.advance(100)
    say({ ...confirmed('btcusdt@trade'), time: epochMs(timeOf(1005) + 60_000) } as ExchangeEvent)
    await scene.clock.advance(10_000)
    expect(scene.heartbeats().at(-1)?.time).toBeGreaterThan(timeOf(1005) + 60_000)
  })
})

describe('what the exchange says of its newest trade', () => {
  const newest = (lastId: number): ExchangeEvent => ({
    kind: 'newest',
    instrument: BTC,
    lastId: String(lastId),
    time: epochMs(timeOf(lastId) + 100)
  })

  test('opens a gap where the stream has not come so far, before another trade comes', async () => {
    await openLive()
    scene.exchange.print(1006, 1007)
    say(newest(1007))
    await scene.clock.advance(1_000)
    expect(scene.gaps()).toEqual(['1006..1007 open skipped', '1006..1007 filled skipped'])
    expect(scene.ids('history')).toEqual([1006, 1007])
  })

  test('opens none where the stream is whole, or ahead', async () => {
    await openLive()
    say(newest(1005), newest(1003))
    await scene.clock.advance(1_000)
    expect(scene.gaps()).toEqual([])
  })
})

describe('a stream that is subscribed and silent', () => {
  /** Live since a minute, a trade a second. */
  const openBusy = async (): Promise<number> => {
    await openLive()
    for (let id = 1006; id <= 1066; id++) {
      scene.exchange.print(id)
      say(told(id, BTC, timeOf(1000) + (id - 1000) * 1_000))
      await scene.clock.advance(1_000)
    }
    return 1066
  }

  test('is settled by history after many times its usual interval: trades are filled, another connection takes over, and it is told', async () => {
    const last = await openBusy()
    const [silent] = scene.exchange.peers
    scene.exchange.print(...ids(last + 1, last + 5))
    await scene.clock.advance(33_000)
    expect(scene.ids('history')).toEqual(ids(last + 1, last + 5))
    expect(scene.exchange.peers.length).toBe(2)
    expect(scene.health.notes()).toEqual([expect.stringContaining('subscribed, and brought nothing')])
    say(confirmed('btcusdt@trade'))
    say(told(last + 6))
    await scene.clock.advance(2_000)
    expect(scene.exchange.peers).not.toContain(silent)
    expect(scene.exchange.peers).toHaveLength(1)
  })

  test('is left alone where nothing was traded, and looked at less and less often', async () => {
    await openBusy()
    const [peer] = scene.exchange.peers
    const before = scene.exchange.requests.length
    await scene.clock.advance(3_600_000)
    expect(scene.exchange.peers).toEqual([peer])
    const looked = scene.exchange.requests.length - before
    expect(looked).toBeGreaterThanOrEqual(3)
    expect(looked).toBeLessThanOrEqual(10)
    expect(scene.health.notes()).toEqual([])
  })

  test('that never brought anything is looked at after a minute', async () => {
    const position = { ...BTC, lastId: '1005', time: epochMs(timeOf(1005)) }
    scene = openScene({ exchange: PLAIN, positions: [position] })
    scene.exchange.print(...ids(1000, 1005))
    await scene.clock.advance(100)
    say(confirmed('btcusdt@trade'))
    await scene.clock.advance(5_000)
    scene.exchange.print(1006)
    await scene.clock.advance(70_000)
    expect(scene.ids()).toEqual([1006])
  })
})

describe('a chain of sequences, where ids are something else', () => {
  test('finds and fills a gap by them, and names them in gaps and heartbeats', async () => {
    const sequenced = (id: number, of?: Instrument, time?: number): ExchangeEvent => {
      const one = { ...trade(id, of, time), id: `uid-${(id * 7919) % 1009}`, sequence: String(id) }
      return { kind: 'trade', trade: one, time: one.time }
    }
    await open({
      chain: 'sequence',
      history: {
        ...binance.history,
        decodeTrades: (...args) =>
          binance.history
            .decodeTrades(...args)
            .map(one => ({ ...one, id: `uid-${(Number(one.id) * 7919) % 1009}`, sequence: one.id }))
      }
    })
    say(confirmed('btcusdt@trade'))
    scene.exchange.print(...ids(1000, 1003))
    say(...ids(1000, 1003).map(id => sequenced(id)))
    await scene.clock.advance(3_000)
    scene.exchange.print(1004, 1005)
    say(sequenced(1005))
    await scene.clock.advance(2_000)
    expect(scene.gaps()).toEqual(['1004..1004 open skipped', '1004..1004 filled skipped'])
    expect(scene.trades().map(({ sequence }) => Number(sequence))).toEqual([...ids(1000, 1003), 1005, 1004])
    expect(scene.trades().every(({ id }) => id.startsWith('uid-'))).toBe(true)
    expect(scene.heartbeats().at(-1)?.lastId).toBe('1005')
  })
})

describe('a history that is asked by time', () => {
  /** When pages of trades were asked from, in the order asked; null: the newest, or of an unknown time. */
  const openByTime = async (): Promise<readonly (number | null)[]> => {
    const asked: (number | null)[] = []
    await open({
      history: {
        ...binance.history,
        trades: (of, from, limit) => {
          if (from) asked.push(from.notBefore)
          return binance.history.trades(of, from, limit)
        },
        next: () => null
      }
    })
    say(confirmed('btcusdt@trade'))
    return asked
  }

  test('is asked from the trade before a gap on, though the gap came with the first trades that were seen', async () => {
    const asked = await openByTime()
    scene.exchange.refusal = { status: 503, header: () => null, body: null }
    scene.exchange.print(...ids(1000, 1010))
    say(told(1000), told(1001), told(1010))
    await scene.clock.advance(20_000)
    const before = asked.length
    scene.exchange.refusal = null
    await scene.clock.advance(20_000)
    expect(scene.gaps().at(-1)).toBe('1002..1009 filled skipped')
    expect(new Set(asked.slice(before))).toEqual(new Set([timeOf(1000) - 2_000]))
  })
})
