import { afterEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { exchangeById } from '../../src/exchange/registry.ts'
import { type ExpandAtStart, expand, expandAtStart } from '../../src/ingest/listings/expand.ts'
import { TickstreamError } from '../../src/market/error.ts'
import { instrumentKey } from '../../src/market/instrument.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { DAY } from '../support/market.ts'
import { silent } from '../support/silent.ts'
import { answer } from './fake-exchange.ts'
import { BTC, createWorld, openScene } from './scene.ts'
import { createVirtualClock } from './virtual-clock.ts'

const patternsOf = (symbols: string) => readConfig({ SYMBOLS: symbols }).symbolPatterns

/** `BASE/QUOTE price turnover`; a REST that answers by path. */
const restOf = (answers: Readonly<Record<string, unknown>>) => ({
  ask: async ({ path }: { readonly path: string }) => {
    if (answers[path] === undefined) throw new TickstreamError('TS-EXCHANGE-AWAY', `no answer to ${path}`)
    return answers[path]
  }
})

const binanceRow = (pair: string, status = 'TRADING') => {
  const [baseAsset, quoteAsset] = pair.split('/')
  return { symbol: pair.replace('/', ''), baseAsset, quoteAsset, status }
}
const DAYS = [
  ['BTC/USDT', '100000', '900'],
  ['ETH/USDT', '4000', '500'],
  ['ETH/JPY', '600000', '60000'],
  ['USDT/JPY', '150', '30'],
  ['OLD/USDT', '1', '99999'],
  ['币安人生/USDT', '1', '450'],
  ['ODD/XYZ', '1', '99999']
] as const
const BINANCE = {
  '/api/v3/exchangeInfo': {
    symbols: DAYS.map(([pair]) => binanceRow(pair, pair === 'OLD/USDT' ? 'BREAK' : 'TRADING'))
  },
  '/api/v3/ticker/24hr': DAYS.map(([pair, lastPrice, quoteVolume]) => ({
    symbol: pair.replace('/', ''),
    lastPrice,
    quoteVolume
  }))
}

const meaning = async (symbols: string, answers: Readonly<Record<string, unknown>>) => {
  const patterns = patternsOf(symbols)
  const exchange = exchangeById(patterns[0]!.exchange)
  const found = await expand({ exchange, patterns, rest: restOf(answers) })
  return found.map(({ instruments }) => instruments.map(instrumentKey))
}

describe('a pattern of SYMBOLS', () => {
  test('means what the exchange lists, and not what it has suspended', async () => {
    expect(await meaning('binance:*/USDT,binance:ETH/*', BINANCE)).toEqual([
      ['binance:BTC/USDT', 'binance:ETH/USDT', 'binance:币安人生/USDT'],
      ['binance:ETH/USDT', 'binance:ETH/JPY']
    ])
  })

  test('ranks by turnover in one currency: one in yen is not more for its digits', async () => {
    expect(await meaning('top:4@binance', BINANCE)).toEqual([
      ['binance:BTC/USDT', 'binance:ETH/USDT', 'binance:币安人生/USDT', 'binance:ETH/JPY']
    ])
  })

  test('is looked for in every list of an exchange that has several', async () => {
    const pair = (altname: string, wsname: string) => ({ altname, wsname, status: 'online' })
    const answers = {
      '/0/public/AssetPairs': { error: [], result: { a: pair('XBTUSD', 'XBT/USD'), b: pair('XBTEUR', 'XBT/EUR') } },
      '/0/public/AssetPairs?aclass_base=tokenized_asset': { error: [], result: { c: pair('AAPLxUSD', 'AAPLx/USD') } }
    }
    expect(await meaning('kraken:*/USD', answers)).toEqual([['kraken:BTC/USD', 'kraken:AAPLx/USD']])
    await expect(meaning('top:5@kraken', answers)).rejects.toMatchObject({
      code: 'TS-CONFIG',
      message: expect.stringContaining('kraken:*/QUOTE')
    })
  })

  test('of Bybit tells contracts from pairs, which have the same names', async () => {
    const ok = (category: string, ...list: readonly object[]) => ({ retCode: 0, result: { category, list } })
    const row = { symbol: 'BTCUSDT', baseCoin: 'BTC', quoteCoin: 'USDT', status: 'Trading' }
    const ticker = (turnover24h: string) => ({ symbol: 'BTCUSDT', lastPrice: '100000', turnover24h })
    const answers = {
      '/v5/market/instruments-info?category=linear&limit=1000': ok('linear', {
        ...row,
        settleCoin: 'USDT',
        contractType: 'LinearPerpetual'
      }),
      '/v5/market/instruments-info?category=spot&limit=1000': ok('spot', row),
      '/v5/market/tickers?category=linear': ok('linear', ticker('2')),
      '/v5/market/tickers?category=spot': ok('spot', ticker('1'))
    }
    expect(await meaning('top:1@bybit,bybit:*/USDT:USDT', answers)).toEqual([
      ['bybit:BTC/USDT:USDT'],
      ['bybit:BTC/USDT:USDT']
    ])
  })

  test('of OKX is ranked by what was paid, not by what was bought', async () => {
    const row = (baseCcy: string) => ({ instId: `${baseCcy}-USDT`, baseCcy, quoteCcy: 'USDT', state: 'live' })
    const ticker = (instId: string, volCcy24h: string, vol24h: string) => ({ instId, last: '1', volCcy24h, vol24h })
    const ok = (...data: readonly object[]) => ({ code: '0', data })
    const answers = {
      '/api/v5/public/instruments?instType=SPOT': ok(row('BTC'), row('PEPE')),
      '/api/v5/public/instruments?instType=SWAP': ok(),
      '/api/v5/public/instruments?instType=FUTURES': ok(),
      '/api/v5/market/tickers?instType=SPOT': ok(ticker('PEPE-USDT', '5', '900'), ticker('BTC-USDT', '9', '1'))
    }
    expect(await meaning('top:1@okx', answers)).toEqual([['okx:BTC/USDT']])
  })
})

describe('patterns at the start', () => {
  const start = (symbols: string, rest: ExpandAtStart['rest']) => {
    const clock = createVirtualClock(DAY)
    const lines: string[] = []
    const log = pino({ level: 'info' }, { write: (text: string) => void lines.push(JSON.parse(text).msg) })
    const health = createHealth()
    const { signal } = new AbortController()
    const world = { clock, health, log, random: () => 0.5, signal }
    const patterns = patternsOf(symbols)
    return {
      clock,
      health,
      lines,
      done: expandAtStart({ ...world, exchange: exchangeById('binance'), patterns, rest })
    }
  }

  test('are told in one line, with their counts', async () => {
    const { done, lines } = start('binance:*/USDT,top:2@binance', restOf(BINANCE))
    expect(await done).toHaveLength(5)
    expect(lines).toEqual(['SYMBOLS: binance:*/USDT is 3 instruments, top:2@binance is 2 instruments'])
  })

  test('are an error where one means nothing', async () => {
    await expect(start('binance:*/USDT,binance:*/DOGE', restOf(BINANCE)).done).rejects.toMatchObject({
      code: 'TS-CONFIG',
      message: 'SYMBOLS: binance:*/DOGE means nothing that binance lists'
    })
  })

  test('wait for an exchange that is away, and say so', async () => {
    let isAway = true
    const rest = restOf(BINANCE)
    const { done, lines, clock, health } = start('binance:*/USDT', {
      ask: request => (isAway ? Promise.reject(new TickstreamError('TS-EXCHANGE-AWAY', 'HTTP 503')) : rest.ask(request))
    })
    await clock.advance(30_000)
    expect(health.problems()).toEqual(['SYMBOLS of binance: its list cannot be read yet'])
    isAway = false
    await clock.advance(60_000)
    expect(await done).toHaveLength(3)
    expect(health.problems()).toEqual([])
    expect(lines).toHaveLength(2)
  })
})

describe('patterns while ingest runs', () => {
  afterEach(() => scene.ingest.stop())
  let scene: ReturnType<typeof openScene>

  test('take up what the exchange lists new, once, and tell its state', async () => {
    const world = createWorld()
    const listed = ['BTC/USDT']
    scene = openScene(
      {
        instruments: [BTC],
        patterns: patternsOf('binance:*/USDT'),
        listing: true,
        heartbeatMs: 60_000,
        log: silent,
        fetchJson: async (url, signal) =>
          new URL(url).pathname === '/api/v3/exchangeInfo'
            ? answer(200, { symbols: listed.map(pair => binanceRow(pair)) })
            : world.exchange.fetchJson(url, signal)
      },
      world
    )
    await scene.clock.advance(10)
    listed.push('NEW/USDT')
    await scene.clock.advance(2 * 3_600_000 + 10)
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual([
      'ws://exchange/stream?streams=btcusdt@trade',
      'ws://exchange/stream?streams=newusdt@trade'
    ])
    expect(scene.listings().map(({ symbol }) => symbol)).toEqual([
      'BTC/USDT',
      'BTC/USDT',
      'NEW/USDT',
      'BTC/USDT',
      'NEW/USDT'
    ])
  })
})
