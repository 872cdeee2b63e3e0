import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { command } from '../../src/cli/record.ts'
import type { Context } from '../../src/cli/run/command.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createRecordedMarket } from '../../src/simulate/market/recorded/recorded-market.ts'
import { listenTo, withExchange } from '../simulate/open-exchange.ts'
import { silent } from '../support/silent.ts'

const folder = mkdtempSync(join(tmpdir(), 'record-'))
afterAll(() => rmSync(folder, { recursive: true }))

const contextOf = (values: Context['values'], settings: Readonly<Record<string, string>>): Context => ({
  values,
  positionals: [],
  config: readConfig(settings),
  log: silent,
  health: createHealth(),
  signal: new AbortController().signal
})

describe('record', () => {
  test('writes the frames of an exchange, which simulate plays again', () =>
    withExchange(async ({ ws, rest }) => {
      const file = join(folder, 'btc.gz')
      const settings = { SYMBOLS: 'binance:BTC/USDT', BINANCE_WS_URL: ws, BINANCE_REST_URL: rest }
      expect(await command.run(contextOf({ out: file, for: '2s' }, settings))).toBe(0)
      const market = createRecordedMarket({ files: [file], speed: 'max', keepTime: true, clock: systemClock })
      await withExchange(
        async replayed => {
          const client = await listenTo(`${replayed.ws}/stream?streams=btcusdt@trade`)
          const [trade] = await client.messages(1)
          expect(trade).toMatchObject({ data: { e: 'trade', s: 'BTCUSDT' } })
        },
        { market }
      )
    }))

  test('asks for a file, a duration it can read, and one exchange', async () => {
    await expect(command.run(contextOf({ for: 'long' }, {}))).rejects.toThrow(/--out is missing.*\n.*--for long/)
    const several = { SYMBOLS: 'binance:BTC/USDT,kraken:BTC/USD' }
    await expect(command.run(contextOf({ out: join(folder, 'x') }, several))).rejects.toThrow('one at a time')
    const pattern = contextOf({ out: join(folder, 'x') }, { SYMBOLS: 'kraken:*/USD' })
    await expect(command.run(pattern)).rejects.toThrow('record: SYMBOLS has kraken:*/USD; name the instruments')
  })
})
