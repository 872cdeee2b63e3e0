import { afterEach, describe, expect, test } from '@jest/globals'
import { binanceCoinm } from '../../src/exchange/binance/futures/coinm.ts'
import { binanceUsdm } from '../../src/exchange/binance/futures/usdm.ts'
import { sizedInstrument } from '../../src/ingest/listings/contract-sizes.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { answer } from './fake-exchange.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene?.ingest.stop())

const BTC = parseInstrument('binancecoinm:BTC/USD:BTC')
const ETH = parseInstrument('binancecoinm:ETH/USD:ETH')
const LIST = {
  symbols: [
    {
      symbol: 'BTCUSD_PERP',
      contractStatus: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USD',
      marginAsset: 'BTC',
      contractSize: 100
    },
    { symbol: 'ETHUSD_PERP', contractStatus: 'TRADING', baseAsset: 'ETH', quoteAsset: 'USD', marginAsset: 'ETH' }
  ]
}

/** An exchange that counts contracts, whose list cannot be read until `isListed`. */
const openContracts = (listing: boolean) => {
  const world = { isListed: false }
  scene = openScene({
    exchange: binanceCoinm,
    instruments: [BTC, ETH],
    listing,
    fetchJson: async url => {
      const { pathname } = new URL(url)
      if (pathname === '/dapi/v1/exchangeInfo') return world.isListed ? answer(200, LIST) : answer(503, {})
      return answer(200, [])
    }
  })
  return world
}

const aggregate = (a: number, T: number) =>
  JSON.stringify({
    stream: 'btcusd_perp@aggTrade',
    data: { e: 'aggTrade', E: T, a, s: 'BTCUSD_PERP', p: '10000', q: '3', f: a, l: a, T, m: false }
  })

describe.each([true, false])('an instrument that is counted in contracts (the list is published: %s)', listing => {
  test('is followed once the list has said what a contract holds, and is not ready before', async () => {
    const world = openContracts(listing)
    await scene.clock.advance(20_000)
    expect(scene.exchange.peers).toEqual([])
    expect(scene.health.problems().join()).toContain('contract sizes of binancecoinm')
    world.isListed = true
    await scene.clock.advance(65_000)
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual(['ws://exchange/stream?streams=btcusd_perp@aggTrade'])
    scene.exchange.send(aggregate(7, scene.clock.now()))
    await scene.clock.advance(10)
    expect(scene.trades()).toMatchObject([{ id: '7', quantity: '0.03', contracts: '3', quoteQuantity: '300' }])
    expect(scene.deadLetters()).toEqual([])
  })

  test('is left out with a note where the list does not say it', async () => {
    openContracts(listing).isListed = true
    await scene.clock.advance(1_000)
    expect(scene.health.notes().join()).toContain('binancecoinm:ETH/USD:ETH')
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual(['ws://exchange/stream?streams=btcusd_perp@aggTrade'])
  })
})

describe('an instrument that a command is given', () => {
  const rest = { ask: async () => LIST }

  test('is told what a contract of it holds', async () => {
    expect(await sizedInstrument({ exchange: binanceCoinm, rest }, BTC)).toEqual({ ...BTC, contractSize: '100' })
    await expect(sizedInstrument({ exchange: binanceCoinm, rest }, ETH)).rejects.toMatchObject({
      code: 'TS-CONFIG',
      message: expect.stringContaining('binancecoinm:ETH/USD:ETH')
    })
  })

  test('of an exchange that counts none is asked nothing', async () => {
    const silent = { ask: async () => Promise.reject(new Error('was asked')) }
    const usdm = parseInstrument('binanceusdm:BTC/USDT:USDT')
    expect(await sizedInstrument({ exchange: binanceUsdm, rest: silent }, usdm)).toBe(usdm)
  })
})
