import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from '@jest/globals'
import { pairKey } from '../../src/market/pair.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { services } from './compose-file.ts'

/** What the job of profile `simulated` writes for the stages. Compose writes a dollar twice. */
const written = (settings: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> => {
  const { entrypoint = [] } = services.find(({ name }) => name === 'market-simulated')!
  const folder = mkdtempSync(join(tmpdir(), 'simulated-market-'))
  try {
    const [shell = '', ...words] = entrypoint.map(word =>
      word.replaceAll('$$', '$').replaceAll('/market/', `${folder}/`)
    )
    execFileSync(shell, words, { env: { PATH: process.env.PATH, ...settings } })
    return parseEnv(readFileSync(join(folder, '.env'), 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.each([
  ['binance:BTC/USDT,kraken:ETH/USD', 'sim:BTC/USDT,sim:ETH/USD'],
  ['top:50@binance', 'top:50@sim'],
  ['kraken:*/USD,kraken:BTC/*,top:3@okx', 'sim:*/USD,sim:BTC/*,top:3@sim'],
  ['binanceusdm:BTC/USDT:USDT,deribit:ETH/USDC:USDC-261225', 'sim:BTC/USDT,sim:ETH/USDC'],
  ['binance:币安人生/USDT', 'sim:币安人生/USDT'],
  ['sim:BTC/USDT', 'sim:BTC/USDT']
])('of SYMBOLS=%s the simulated market is %s', (symbols, simulated) => {
  const { SYMBOLS } = written({ SYMBOLS: symbols })
  expect(SYMBOLS).toBe(simulated)
  expect(() => readConfig({ SYMBOLS })).not.toThrow()
})

test('pairs are of the simulated market too', () => {
  const { PAIRS } = written({ PAIRS: 'binance:BTC/USDT~kraken:ETH/USD,binanceusdm:SOL/USDT:USDT~okx:BTC/USDT' })
  expect(readConfig({ PAIRS }).pairs.map(pairKey)).toEqual(['sim:BTC/USDT~sim:ETH/USD', 'sim:SOL/USDT~sim:BTC/USDT'])
})
