import { describe, expect, test } from '@jest/globals'
import { exchangeById } from '../../src/exchange/registry.ts'
import { nearestSymbols } from '../../src/ingest/listings/nearest-symbols.ts'

const binance = (...pairs: readonly string[]) =>
  exchangeById('binance').listing.instruments({
    symbols: pairs.map(pair => {
      const [baseAsset, quoteAsset] = pair.split('/')
      return { symbol: pair.replace('/', ''), baseAsset, quoteAsset }
    })
  })

const LIST = binance(
  'BTC/USDT',
  'BTC/USDC',
  'BTC/EUR',
  'BTC/JPY',
  'ETH/USDT',
  'BCH/USDT',
  'FLOKI/USDT',
  'POL/USDT',
  '币安人生/USDT'
)

describe('the nearest symbols of a list', () => {
  test.each([
    ['BTC/UDST', ['BTC/USDT', 'BTC/USDC', 'BTC/EUR']],
    ['BTC/USD', ['BTC/USDC', 'BTC/USDT', 'BTC/EUR']],
    ['btc/usdt', ['BTC/USDT', 'BTC/USDC', 'BTC/EUR']],
    ['FLOKKI/USDT', ['FLOKI/USDT']],
    ['BTC/USDT:USDT', ['BTC/USDT', 'BTC/USDC', 'BTC/EUR']],
    ['币安人/USDT', ['币安人生/USDT']],
    ['FOO/USDT', []],
    ['MATIC/USDT', []]
  ])('to %s are %j', (symbol, near) => {
    expect(nearestSymbols(symbol, LIST)).toEqual(near)
  })

  test('are first those of that very name at the exchange', () => {
    const rows = [
      { altname: 'XBTUSD', wsname: 'XBT/USD' },
      { altname: 'XRTUSD', wsname: 'XRT/USD' }
    ]
    const listed = exchangeById('kraken').listing.instruments({ error: [], result: { ...rows } })
    expect(nearestSymbols('XBT/USD', listed)).toEqual(['BTC/USD', 'XRT/USD'])
  })
})
