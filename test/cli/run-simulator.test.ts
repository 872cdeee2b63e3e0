import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { exchangeById } from '../../src/exchange/registry.ts'
import { isSimulated, simulatedId, venueOf } from '../../src/market/instrument.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { runSimulator } from '../../src/up/run-simulator.ts'
import { createSession } from '../../src/up/session.ts'

const withSimulator = async (
  settings: Readonly<Record<string, string>>,
  use: (env: Readonly<Record<string, string | undefined>>, folder: string) => Promise<void>
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'run-simulator-'))
  const ending = new AbortController()
  const session = createSession(readConfig({ DATA_DIR: folder, ...settings }), {
    dataDir: folder,
    clock: systemClock,
    print: () => undefined,
    signal: ending.signal
  })
  try {
    await use(await runSimulator(session), folder)
  } finally {
    ending.abort()
    await session.stops.unwind()
    rmSync(folder, { recursive: true })
  }
}

test('every venue is simulated under an id of its own, and reached by its settings', () =>
  withSimulator(
    { SYMBOLS: 'binance:BTC/USDT,kraken:BTC/USD,kraken:ETH/USD', PAIRS: 'binance:BTC/USDT~kraken:BTC/USD' },
    async (env, folder) => {
      expect(env).toMatchObject({
        SYMBOLS: 'sim:BTC/USDT,sim-kraken:BTC/USD,sim-kraken:ETH/USD',
        PAIRS: 'sim:BTC/USDT~sim-kraken:BTC/USD'
      })
      const time = await fetch(`${env.KRAKEN_REST_URL}/0/public/AssetPairs?pair=ETHUSD`)
      expect(await time.json()).toMatchObject({ error: [], result: { XETHZUSD: { status: 'online' } } })
      expect((await fetch(`${env.BINANCE_REST_URL}/api/v3/ping`)).ok).toBe(true)
      const noted = JSON.parse(readFileSync(join(folder, 'simulated-market.json'), 'utf8'))
      expect(Object.keys(noted)).toEqual(['sim', 'sim-kraken'])
    }
  ))

test('a pattern means what the simulated market of its venue lists', () =>
  withSimulator({ SYMBOLS: 'kraken:*/USD,top:2@binance,kraken:BTC/USD' }, async env => {
    expect(env.SYMBOLS?.split(',').toSorted()).toEqual([
      'sim-kraken:BNB/USD',
      'sim-kraken:BTC/USD',
      'sim-kraken:ETH/USD',
      'sim-kraken:SOL/USD',
      'sim:BTC/USDT',
      'sim:ETH/USDT'
    ])
    const answer = await fetch(`${env.KRAKEN_REST_URL}/0/public/AssetPairs?pair=SOLUSD`)
    expect(await answer.json()).toMatchObject({ error: [] })
  }))

test('an instrument that a venue can not have ends the start, and not by waiting', async () => {
  const from = performance.now()
  const failed = withSimulator({ SYMBOLS: 'kraken:BTC/USD:BTC', PAIRS: '' }, async () => undefined)
  await expect(failed).rejects.toThrow(/BTC\/USD:BTC is no instrument of kraken/)
  expect(performance.now() - from).toBeLessThan(10_000)
})

test('the id of a simulated market names its venue, whose adapter reads it', () => {
  expect(['binance', 'kraken', 'sim'].map(simulatedId)).toEqual(['sim', 'sim-kraken', 'sim'])
  expect(['sim', 'sim-kraken', 'kraken'].map(venueOf)).toEqual(['binance', 'kraken', 'kraken'])
  expect(['sim', 'sim-kraken', 'simple', 'kraken'].map(isSimulated)).toEqual([true, true, false, false])
  expect(exchangeById('sim-kraken')).toMatchObject({ id: 'sim-kraken', urls: exchangeById('kraken').urls })
})
