import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, describe, expect, test } from '@jest/globals'
import { instrumentKey } from '../../src/market/instrument.ts'
import { INTERVALS } from '../../src/market/interval.ts'
import { environment } from '../../src/runtime/config/environment.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'tickstream-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fileWith = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const problemsOf = (env: Record<string, string>): string => {
  try {
    readConfig(env)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'none'
}

describe('settings', () => {
  test('without any, the defaults of the contract hold', () => {
    const config = readConfig({})
    expect(config).toMatchObject({
      kafka: { brokers: [], ssl: false, sasl: null },
      topicPrefix: '',
      intervals: INTERVALS,
      graceMs: 1_000,
      heartbeatMs: 1_000,
      gapHoldMs: 60_000,
      gapGiveUpMs: 43_200_000,
      revisionHorizonMs: 600_000,
      commitEveryMs: 100,
      postgresUrl: null,
      metricsPort: null,
      dataDir: resolve('.tickstream'),
      logLevel: 'info'
    })
    expect(config.symbols.map(instrumentKey)).toEqual([
      'binance:BTC/USDT',
      'binance:ETH/USDT',
      'binance:BNB/USDT',
      'binance:SOL/USDT'
    ])
  })

  test('.env.example holds exactly these defaults', () => {
    const example = parseEnv(readFileSync('.env.example', 'utf8'))
    expect(readConfig(example)).toEqual(readConfig({}))
  })

  test.each([
    ['1500', 1_500],
    ['250ms', 250],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h', 3_600_000]
  ])('a duration of %s is %i milliseconds', (text, ms) => {
    expect(readConfig({ REVISION_HORIZON: text }).revisionHorizonMs).toBe(ms)
  })

  test.each([
    ['forever', null],
    ['1d', 86_400_000],
    ['90d', 7_776_000_000]
  ])('rows are kept for %s', (text, ms) => {
    expect(readConfig({ RETENTION_5S: text }).retention['5s']).toBe(ms)
  })

  test.each(['never', '0', '23h', '-1d'])('rows are not kept for %s', text => {
    expect(problemsOf({ RETENTION_KPIS: text })).toContain(
      `RETENTION_KPIS: "${text}" is not allowed; set it to a duration such as 7d, 1d at least, or forever`
    )
  })

  test('intervals are taken finest first, whatever their order', () => {
    expect(readConfig({ INTERVALS: '1m, 1s,5m,1m' }).intervals).toEqual(['1s', '1m', '5m'])
  })

  test('every problem is told at once, with its name, its value and what is allowed', () => {
    const said = problemsOf({
      KAFKA_BROKERS: 'nowhere',
      INTERVALS: '2m',
      GRACE_MS: '-1',
      METRICS_PORT: '70000',
      SYMBOLS: 'btc'
    })
    for (const part of [
      'KAFKA_BROKERS: "nowhere"',
      'host:port',
      'INTERVALS: "2m"',
      '1s,5s',
      'GRACE_MS: "-1"',
      'METRICS_PORT: "70000"',
      'SYMBOLS: "btc"'
    ])
      expect(said).toContain(part)
  })

  test('of a list every wrong entry is named, with its place', () => {
    const symbols = Array.from({ length: 40 }, (_, n) => `binance:C${n}/USDT`)
    symbols[6] = 'btcusdt'
    symbols[22] = 'binance:BTC USDT'
    const said = problemsOf({ SYMBOLS: symbols.join(',') })
    expect(said).toContain('SYMBOLS: entry 7 of 40, "btcusdt", and entry 23 of 40, "binance:BTC USDT", is not allowed')
    expect(said).not.toContain('C0/USDT')
  })

  test('symbols may be of any alphabet, but hold nothing that stands between symbols', () => {
    const { symbols } = readConfig({ SYMBOLS: 'binance:币安人生/USDT,binance:1000SATS/USDT,kraken:AAPLx/USD' })
    expect(symbols).toEqual([
      { exchange: 'binance', symbol: '币安人生/USDT' },
      { exchange: 'binance', symbol: '1000SATS/USDT' },
      { exchange: 'kraken', symbol: 'AAPLx/USD' }
    ])
    for (const wrong of [
      'binance:A~B/C',
      'binance:A#B/C',
      'binance:A/B/C',
      'binance:/USDT',
      'binance:A\u0007/B',
      'A/B'
    ])
      expect(problemsOf({ SYMBOLS: wrong })).toContain('SYMBOLS')
  })

  test('symbols may be patterns, which stand apart from instruments', () => {
    const { symbols, symbolPatterns } = readConfig({
      SYMBOLS: 'kraken:*/USD,binance:BTC/USDT,bybit:*/USDT:USDT,kraken:BTC/*,top:50@binance'
    })
    expect(symbols).toEqual([{ exchange: 'binance', symbol: 'BTC/USDT' }])
    expect(symbolPatterns).toEqual([
      { kind: 'match', text: 'kraken:*/USD', exchange: 'kraken', base: '*', rest: 'USD' },
      { kind: 'match', text: 'bybit:*/USDT:USDT', exchange: 'bybit', base: '*', rest: 'USDT:USDT' },
      { kind: 'match', text: 'kraken:BTC/*', exchange: 'kraken', base: 'BTC', rest: '*' },
      { kind: 'top', text: 'top:50@binance', exchange: 'binance', count: 50 }
    ])
    for (const wrong of ['kraken:*/*', 'kraken:B*/USD', 'kraken:BTC/U*', 'top:0@binance', 'top:5@', 'top:5', '*/USD'])
      expect(problemsOf({ SYMBOLS: wrong })).toContain(`SYMBOLS: "${wrong}"`)
  })

  test('a secret with a problem is never printed', () => {
    const said = problemsOf({ POSTGRES_URL: 'mysql://me:hunter2@db/x' })
    expect(said).toContain('POSTGRES_URL')
    expect(said).not.toContain('hunter2')
  })

  test('a secret can come from a file, without the line end', () => {
    const path = fileWith('url', 'postgres://me:secret@db/x\n')
    expect(readConfig({ POSTGRES_URL_FILE: path }).postgresUrl).toBe('postgres://me:secret@db/x')
  })

  test('a secret that is set twice, or whose file is not there, is a problem', () => {
    expect(problemsOf({ POSTGRES_URL: 'postgres://a/b', POSTGRES_URL_FILE: '/x' })).toContain('both are set')
    expect(problemsOf({ POSTGRES_URL_FILE: join(folder, 'absent') })).toContain('ENOENT')
  })

  test('a login needs a name and a password', () => {
    const said = problemsOf({ KAFKA_SASL_MECHANISM: 'scram-sha-512' })
    expect(said).toContain('KAFKA_SASL_USERNAME')
    expect(said).toContain('KAFKA_SASL_PASSWORD')
    const login = { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'me', KAFKA_SASL_PASSWORD: 'secret' }
    expect(readConfig(login).kafka.sasl).toEqual({ mechanism: 'plain', username: 'me', password: 'secret' })
  })

  test('a gateway that other machines can reach wants a token', () => {
    expect(problemsOf({ HTTP_HOST: '0.0.0.0' })).toMatch(/HTTP_HOST: "0\.0\.0\.0".*API_TOKEN is not set/)
    expect(problemsOf({ HTTP_HOST: '127.0.0.1.example.org' })).toMatch(/API_TOKEN is not set/)
    expect(problemsOf({ HTTP_HOST: '::1' })).toBe('none')
    expect(readConfig({ HTTP_HOST: '0.0.0.0', API_TOKEN: 'x'.repeat(32) }).gateway).toEqual({
      host: '0.0.0.0',
      port: 8080,
      token: 'x'.repeat(32),
      corsOrigins: []
    })
  })

  test.each(['x', 'x'.repeat(31), `${'x'.repeat(31)}ü`, `${'x'.repeat(16)} ${'x'.repeat(16)}`])(
    'a token that could be guessed or not be sent is refused, and not shown: %j',
    token => {
      const said = problemsOf({ HTTP_HOST: '0.0.0.0', API_TOKEN: token, HTTP_PORT: 'x' })
      expect(said).toMatch(/API_TOKEN: its value \(not shown\) is not allowed; set it to 32 characters or more/)
      expect(said).toContain('HTTP_PORT')
      expect(said).not.toContain('API_TOKEN is not set')
      expect(fileWith('short', token)).toBeDefined()
      expect(problemsOf({ API_TOKEN_FILE: join(folder, 'short') })).toContain('API_TOKEN: its value')
    }
  )

  test('pages that may read the API are named by their origins, and a star names none', () => {
    const named = 'https://charts.example, http://127.0.0.1:3000/,HTTPS://Charts.example:443'
    const own = ['https://charts.example', 'http://127.0.0.1:3000']
    expect(readConfig({ HTTP_CORS_ORIGINS: named }).gateway.corsOrigins).toEqual(own)
    for (const wrong of ['*', 'null', 'charts.example', 'https://charts.example/page', 'https://*.example'])
      expect(problemsOf({ HTTP_CORS_ORIGINS: `https://a.example,${wrong}` })).toContain('HTTP_CORS_ORIGINS')
  })

  test('a file of the lake gathers for a minute, or for what is set, which is a positive whole number', () => {
    expect(readConfig({}).lakeEveryMs).toBe(60_000)
    expect(readConfig({ LAKE_EVERY_MS: '1500' }).lakeEveryMs).toBe(1_500)
    for (const wrong of ['0', '-1', '1.5', 'soon'])
      expect(problemsOf({ LAKE_EVERY_MS: wrong })).toContain(`LAKE_EVERY_MS: "${wrong}"`)
  })

  test('an empty variable counts as one that is not set', () => {
    expect(readConfig({ POSTGRES_URL: '', INTERVALS: '', KAFKA_BROKERS: '' })).toEqual(readConfig({}))
  })

  test("the process's own variables win over .env", () => {
    fileWith('.env', 'LOG_LEVEL=debug\nPATH=/nowhere\n')
    expect(environment(folder)).toMatchObject({ LOG_LEVEL: 'debug', PATH: process.env.PATH })
  })
})
