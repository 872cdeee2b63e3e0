import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from '@jest/globals'
import { spreads } from '../../src/analyze/pair/hedge/spreads.ts'
import { adfTest } from '../../src/analyze/pair/unit-root/adf.ts'
import { INDICATOR_FIGURES, type IndicatorFigures } from '../../src/market/records/derived/indicators.ts'
import { PAIR_METHODS } from '../../src/market/records/derived/pair-stats.ts'
import { analyseIndicators } from '../../src/research/analyse-indicators.ts'
import { analysePair, type FilePairStats, type PairRequest } from '../../src/research/analyse-pair.ts'
import { candlesCsv } from '../../src/serve/http/api/candles-csv.ts'
import { bothLegs, prices, statsOf } from '../analyze/pair/leg-scene.ts'
import { apart, vectors } from '../analyze/pair/vectors.ts'
import talib from '../analyze/vectors/ta-lib.json' with { type: 'json' }
import { candleAt } from '../support/candles.ts'
import { runProgram } from '../support/program.ts'
import { RECORDED, recordedKlines } from '../support/recording.ts'
import { folder, HEADER, jsonLinesOf, MINUTE, ofCloses, START } from './candle-csv.ts'

const files = folder()
afterAll(files.remove)

const vector = vectors.pairs[0]!
const A = files.write('BTC.csv', ofCloses(vector.a))
const B = files.write('ETH.csv.gz', ofCloses(vector.b))

const run = (...args: readonly string[]) => runProgram(['analyse', ...args], {})

const statsOfFiles = async (request: Partial<PairRequest>): Promise<readonly FilePairStats[]> => {
  const stats: FilePairStats[] = []
  for await (const moment of analysePair({ a: A, b: B, window: 8, method: 'ols', isLog: false, ...request }))
    stats.push(moment.stats())
  return stats
}

/** Without what names instruments and times. */
const figuresOf = ({ a, b, interval, openTime, ...figures }: Record<string, unknown>) => figures

describe('analyse pair', () => {
  test('--json ends with the newest values, and they are those of statsmodels and scipy', async () => {
    const { a, b, ols, correlation, engleGranger } = vector
    const { code, stdout } = await run('pair', '--a', A, '--b', B, '--window', `${a.length}`, '--json')
    const lines = jsonLinesOf(stdout)
    const last = lines.at(-1)!
    expect(code).toBe(0)
    expect(lines).toHaveLength(a.length)
    expect(last).toMatchObject({
      a: 'BTC',
      b: 'ETH',
      interval: '1m',
      method: 'ols',
      window: a.length,
      cointegrated: true
    })
    expect(last.openTime).toBe(START + (a.length - 1) * MINUTE)
    expect(apart(Number(last.alpha), ols[0])).toBeLessThan(1e-8)
    expect(apart(Number(last.beta), ols[1])).toBeLessThan(1e-8)
    expect(apart(Number(last.spread), a.at(-1)! - ols[0] - ols[1] * b.at(-1)!)).toBeLessThan(1e-5)
    expect(apart(Number(last.correlation), correlation)).toBeLessThan(1e-10)
    expect(apart(Number(last.egStat), engleGranger.statistic)).toBeLessThan(1e-8)
  })

  test.each(PAIR_METHODS)('by %s says at each candle what the stage publishes, to the bit', async method => {
    const walk = prices(3, 40)
    const a = files.write('walk-a.csv', ofCloses(walk.map(([price]) => price)))
    const b = files.write('walk-b.csv', ofCloses(walk.map(([, price]) => price)))
    for (const isLog of [false, true]) {
      const found = await statsOfFiles({ a, b, window: 12, method, isLog })
      const wanted = statsOf(bothLegs(walk), { window: 12, methods: [method], prices: isLog ? 'log' : 'plain' })
      expect(found.map(figuresOf)).toEqual(wanted.map(figuresOf))
    }
  })

  test('takes as many lags as it is told, and the best by AIC otherwise', async () => {
    const [a, b] = [vector.a.slice(-100), vector.b.slice(-100)]
    for (const lags of [undefined, 1, 3]) {
      const request = { window: 100, ...(lags === undefined ? {} : { lags }) }
      const { alpha, beta, adfStat, egStat } = (await statsOfFiles(request)).at(-1)!
      const residuals = spreads({ alpha: alpha!, beta: beta! }, a, b)
      const how = lags === undefined ? {} : { lags }
      expect(adfTest(residuals, how)?.lags).toBe(lags ?? 0)
      expect(adfStat).toBe(adfTest(residuals, how)?.statistic)
      expect(egStat).toBe(adfTest(residuals, { ...how, constant: false })?.statistic)
    }
  })

  test("reads the API's own CSV, and comes to what its open candle has no part in", async () => {
    const candles = Array.from({ length: 60 }, (_, n) => candleAt(n, { close: String(61_690 + ((n * 7) % 13)) }))
    const csv = candlesCsv([...candles, candleAt(60, { final: false, close: '61680.6' })])
    const a = files.write('api.csv', csv)
    const b = files.write('plain.csv', ofCloses(candles.map(({ close }) => Number(close))))
    const [answered, plain] = await Promise.all(
      [a, b].map(async candlesFile => jsonLinesOf((await run('indicators', '--candles', candlesFile, '--json')).stdout))
    )
    expect(answered).toHaveLength(60)
    expect(answered!.map(({ rsi14 }) => rsi14)).toEqual(plain!.map(({ rsi14 }) => rsi14))
    const pair = await run('pair', '--a', a, '--b', a, '--window', '20', '--json')
    expect(jsonLinesOf(pair.stdout).at(-1)).toMatchObject({ openTime: candles[59]!.openTime, correlation: 1 })
  })

  test('takes the times that both have', async () => {
    const rows = ofCloses(vector.b).split('\n')
    const b = files.write('late.csv', [HEADER, ...rows.slice(11)].join('\n'))
    const found = await statsOfFiles({ b })
    expect(found[0]?.openTime).toBe(START + 10 * MINUTE)
    expect(found).toHaveLength(vector.a.length - 10)
  })

  test('two files without a time in common, of two intervals, or with a logarithm of nothing are told', async () => {
    const later = files.write('later.csv', ofCloses([1, 2]).replaceAll('17231', '17331'))
    const hours = files.write('hours.csv', `${HEADER}\n${START},1,1,1,1,1\n${START + 60 * MINUTE},1,1,1,1,1`)
    const zero = files.write('zero.csv', ofCloses([1, 0]))
    await expect(statsOfFiles({ b: later })).rejects.toThrow('have no time in common')
    await expect(statsOfFiles({ b: hours })).rejects.toThrow('3600 s')
    for (const isLog of [false, true])
      await expect(statsOfFiles({ b: zero, isLog })).rejects.toThrow(
        'zero.csv line 3: open "0" is not a number above 0'
      )
  })

  test('reads stdin, and draws a table for people', async () => {
    const child = spawn(process.execPath, [
      resolve('src/cli/tickstream.ts'),
      'analyse',
      'pair',
      '--a',
      '-',
      '--b',
      B,
      '--window',
      '50'
    ])
    child.stdin.end(ofCloses(vector.a))
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    expect(code).toBe(0)
    expect(out).toMatch(/^stdin ~ ETH: ols on closes, a window of 50\n/)
    expect(out).toMatch(/\nbeta +-?\d/)
    expect(out).toMatch(/\ncointegrated +(yes|no)\n/)
  })

  test('a window that is not full has no figures, and says so', async () => {
    const { code, stdout } = await run('pair', '--a', A, '--b', B, '--window', '9999')
    expect(code).toBe(0)
    expect(stdout).toContain('the window is not full')
    expect(stdout).toMatch(/\nbeta +–\n/)
  })

  test('all that is wrong with its options is told at once, with 2; a wrong line with 1', async () => {
    const wrong = await run('pair', '--a', '-', '--window', 'wide', '--method', 'lasso', '--lags', 'few')
    expect(wrong.code).toBe(2)
    for (const part of ['--b is missing', '--window wide', '--method lasso', '--lags'])
      expect(wrong.stderr).toContain(part)
    const { stderr: many } = await run('pair', '--a', A, '--b', B, '--window', '20', '--lags', '9')
    expect(many).toContain('--lags 9: a window of 20 has room for 8')
    const broken = files.write('broken.csv', ofCloses([1, 2, 3]).replace(',2,2,2,2', ',2,2,2,two'))
    const { code, stderr } = await run('pair', '--a', A, '--b', broken)
    expect(code).toBe(1)
    expect(stderr).toBe(
      `tickstream: TS-DATA: ${broken} line 3: close "two" is not a number above 0, written as 61837.63\n`
    )
  })
})

const lastOf = async (path: string) => {
  let last: (IndicatorFigures & { readonly symbol: string }) | null = null
  for await (const one of analyseIndicators(path)) last = one
  return last
}

describe('analyse indicators', () => {
  const rows = talib.candles.map(
    ([high = 0, low = 0, close = 0, volume = 0], n) =>
      `${START + n * MINUTE},${close},${high},${low},${close},${volume}`
  )
  const path = files.write('SOL.csv', [HEADER, ...rows].join('\n'))
  const at = String(rows.length - 1)
  const wanted = (figures: object): readonly (number | null)[] => Object.entries(figures).find(([n]) => n === at)?.[1]

  test('--json ends with the newest values, and they are those of TA-Lib', async () => {
    const { code, stdout } = await run('indicators', '--candles', path, '--json')
    const lines = jsonLinesOf(stdout)
    const last = lines.at(-1)!
    expect(code).toBe(0)
    expect(lines).toHaveLength(rows.length)
    expect(last).toMatchObject({
      symbol: 'SOL',
      interval: '1m',
      openTime: START + (rows.length - 1) * MINUTE,
      final: true
    })
    const { values, stochastic, settledMacd } = talib
    const pairs: readonly (readonly [readonly string[], readonly (number | null)[]])[] = [
      [['sma20'], wanted(values.sma)],
      [['ema20'], wanted(values.ema)],
      [['rsi14'], wanted(values.rsi)],
      [['bbUpper', 'bbMiddle', 'bbLower'], wanted(values.bollinger)],
      [['atr14'], wanted(values.atr)],
      [['obv'], wanted(values.obv)],
      [['stochK', 'stochD'], wanted(stochastic)],
      [['macd', 'macdSignal', 'macdHistogram'], wanted(settledMacd)]
    ]
    for (const [names, figures] of pairs)
      for (const [n, name] of names.entries()) expect(Math.abs(Number(last[name]) - figures[n]!)).toBeLessThan(1e-6)
  })

  test('draws a table for people', async () => {
    const { code, stdout } = await run('indicators', '--candles', path)
    expect(code).toBe(0)
    expect(stdout).toContain(`SOL: ${rows.length} 1m candles`)
    for (const name of INDICATOR_FIGURES) expect(stdout).toMatch(new RegExp(`\\n${name} +-?\\d`))
  })

  test('says what file it needs', async () => {
    expect(await run('indicators')).toMatchObject({ code: 2, stderr: expect.stringContaining('--candles is missing') })
  })

  const onRecording = RECORDED ? test : test.skip
  onRecording('takes real candles, whose recording ../shared/data holds', async () => {
    const klines = recordedKlines('btcusdt')
    const text = klines.map(of => [of.openTime, of.open, of.high, of.low, of.close, of.volume].join(',')).join('\n')
    const last = await lastOf(files.write('real.csv', `${HEADER}\n${text}`))
    const [volume, paid] = [
      klines.map(of => Number(of.volume)),
      klines.map(of => (Number(of.high) + Number(of.low) + Number(of.close)) / 3)
    ]
    const sum = (of: readonly number[]): number => of.reduce((total, one) => total + one, 0)
    expect(klines.length).toBeGreaterThan(4)
    expect(last?.vwap).toBeCloseTo(sum(paid.map((price, n) => price * volume[n]!)) / sum(volume), 6)
  })
})
