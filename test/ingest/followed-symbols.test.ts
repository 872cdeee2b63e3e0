import { expect, test } from '@jest/globals'
import { followedSymbols } from '../../src/ingest/listings/followed-symbols.ts'
import { instrumentKey } from '../../src/market/instrument.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { inventedFor } from '../../src/runtime/config/symbol-pattern.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { seededMarket, withExchange } from '../simulate/open-exchange.ts'
import { silent } from '../support/silent.ts'

const followed = (settings: Readonly<Record<string, string>>) =>
  followedSymbols({
    config: readConfig(settings),
    log: silent,
    health: createHealth(),
    signal: new AbortController().signal
  })

test('SYMBOLS of several exchanges are what they name, and what an exchange lists of their patterns, each once', () =>
  withExchange(async ({ rest }) => {
    const found = await followed({
      SYMBOLS: 'kraken:BTC/USD,binance:*/USDT,binance:BTC/USDT,top:1@binance',
      BINANCE_REST_URL: rest
    })
    const [kraken, binance] = found
    expect(kraken).toMatchObject({ instruments: [{ exchange: 'kraken', symbol: 'BTC/USD' }], patterns: [] })
    expect(binance?.patterns.map(({ text }) => text)).toEqual(['binance:*/USDT', 'top:1@binance'])
    const keys = binance!.instruments.map(instrumentKey)
    expect(keys).toContain('binance:ETH/USDT')
    expect(keys).toHaveLength(new Set(keys).size)
  }))

test('patterns as Compose hands them to its simulated market mean what that lists for them', async () => {
  const patterns = 'sim:*/USD,top:2@sim,sim:DOGE/*'
  const { symbolPatterns } = readConfig({ SYMBOLS: patterns })
  const symbols = symbolPatterns.flatMap(inventedFor).map(({ symbol }) => symbol)
  await withExchange(
    async ({ rest }) => {
      const [sim] = await followed({ SYMBOLS: patterns, BINANCE_REST_URL: rest })
      expect(sim?.instruments.map(({ symbol }) => symbol).toSorted()).toEqual(
        expect.arrayContaining(['BNB/USD', 'BTC/USD', 'DOGE/USDT', 'ETH/USD', 'SOL/USD'])
      )
    },
    { market: seededMarket({ symbols }) }
  )
})

test('a pattern of an exchange that nobody knows ends the start', async () => {
  await expect(async () => followed({ SYMBOLS: 'nowhere:*/USD' })).rejects.toMatchObject({ code: 'TS-CONFIG' })
})
