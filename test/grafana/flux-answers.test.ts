import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Interval } from '../../src/market/interval.ts'
import { PAIR_METHODS } from '../../src/market/records/derived/pair-stats.ts'
import { expandFlux } from './expand.ts'
import { averages, mean, rsi14 } from './indicator-oracle.ts'
import { candleLines, closesOf, exampleOf, figureLines, indicatorLines, kpiLines, pairLines } from './influx-lines.ts'
import { type Influxd, startInfluxd, whyNoInfluxd } from './influxd.ts'
import { queries } from './queries.ts'

const fluxQueries = queries.filter(({ language }) => language === 'flux')
const why = whyNoInfluxd()

;(why === null ? describe : describe.skip)(`what InfluxDB answers${why ? ` (left out: ${why})` : ''}`, () => {
  let influx: Influxd

  beforeAll(async () => {
    influx = await startInfluxd()
  })

  afterAll(() => influx.stop())

  /** Candles of 5s alone have no indicators beside them. */
  const fill = async (count: number): Promise<void> => {
    await influx.empty()
    await influx.write([...candleLines(count, '5s'), ...candleLines(60, '1m'), ...indicatorLines()])
    await influx.write([...kpiLines(), ...pairLines(), ...figureLines()])
  }

  const rowsOf = (where: string, interval: Interval = '1m') => {
    const { text } = queries.find(query => query.where === where)!
    return influx.query(expandFlux(text, { interval }))
  }

  /** The newest row that a panel of Market draws. */
  const newest = async (title: string, interval: Interval = '5s'): Promise<Readonly<Record<string, number>>> => {
    const row = (await rowsOf(`Market › ${title}`, interval)).at(-1) ?? {}
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]))
  }

  describe('where the sink has written for hours', () => {
    const closes = closesOf(400)
    beforeAll(() => fill(400))

    test.each(fluxQueries.map(query => [query.where, query] as const))(
      '%s: there is something to see',
      async (_where, { text }) => expect((await influx.query(expandFlux(text))).length).toBeGreaterThan(0)
    )

    test.each(fluxQueries.map(({ where }) => where).filter(where => where.startsWith('Market › ')))(
      '%s: there is something to see of candles below a minute',
      async where => expect((await rowsOf(where, '5s')).length).toBeGreaterThan(0)
    )

    test('intervals are in the order of their length', async () => {
      await influx.write((['1h', '15m', '1d'] as const).flatMap(interval => candleLines(1, interval)))
      const rows = await rowsOf('Market › variable interval')
      expect(rows.map(({ _value }) => _value)).toEqual(['5s', '1m', '15m', '1h', '1d'])
    })

    test('from a minute on averages, bands, RSI and MACD are those that were published', async () => {
      const example = exampleOf('indicators')
      const { sma20, ema20, bbUpper, bbLower, rsi14: rsi, macd, macdSignal: signal, macdHistogram } = example
      const chart = await newest(`\${symbol} \${interval}`, '1m')
      expect(chart).toMatchObject({ sma20, ema20, bb_upper: bbUpper, bb_lower: bbLower, close: closesOf(60).at(-1) })
      expect(await newest('RSI 14', '1m')).toMatchObject({ rsi14: rsi })
      const lines = await newest('MACD 12/26/9', '1m')
      expect(lines).toMatchObject({ macd, signal })
      expect(lines.histogram).toBeCloseTo(Number(macdHistogram), 9)
      expect(await rowsOf('Market › RSI 14')).toHaveLength(indicatorLines().length)
    })

    test('the newest of a pair by every method is one row, without a half-life that is no more', async () => {
      const rows = await rowsOf('Pairs › Newest of every pair')
      expect(rows.map(({ method }) => method)).toEqual([...PAIR_METHODS].sort())
      for (const row of rows) expect(row).toMatchObject({ a: 'binance:BTC/USDT', z_score: '-2.5', half_life: '' })
    })

    test('a pair is chosen by both its names, and shown at its open times', async () => {
      expect((await rowsOf('Pairs › variable pair')).map(({ _value }) => _value)).toEqual([
        'binance:BTC/USDT~binance:ETH/USDT'
      ])
      expect((await rowsOf('Pairs › variable interval')).map(({ _value }) => _value)).toEqual(['1m'])
      const rows = await rowsOf('Pairs › Z-score')
      expect(rows.map(({ z_score }) => Number(z_score))).toEqual([1.2916666666666667, 1.2916666666666667, -2.5])
      expect(rows.every(({ _time }) => _time?.endsWith(':00Z'))).toBe(true)
    })

    test('averages and bands below a minute are those of the last twenty closes', async () => {
      const row = await newest(`\${symbol} \${interval}`)
      const window = closes.slice(-20)
      const deviation = Math.sqrt(mean(window.map(close => (close - mean(window)) ** 2)))
      expect(row.close).toBe(closes.at(-1))
      expect(row.sma20).toBeCloseTo(mean(window), 6)
      expect(row.ema20).toBeCloseTo(averages(closes, 20).at(-1)!, 4)
      expect(row.bb_upper).toBeCloseTo(mean(window) + 2 * deviation, 6)
      expect(row.bb_lower).toBeCloseTo(mean(window) - 2 * deviation, 6)
    })

    test('RSI is that of Wilder', async () => {
      expect((await newest('RSI 14')).rsi14).toBeCloseTo(rsi14(closes), 4)
    })

    test('RSI is close to that of Wilder from the beginning on', async () => {
      await fill(40)
      expect(Math.abs((await newest('RSI 14')).rsi14! - rsi14(closesOf(40)))).toBeLessThan(1)
      await fill(400)
    })

    test('MACD is the difference of two exponential averages, with its signal line and histogram', async () => {
      const row = await newest('MACD 12/26/9')
      const slow = averages(closes, 26)
      const macd = averages(closes, 12)
        .slice(14)
        .map((fast, at) => fast - slow[at]!)
      const signal = averages(macd, 9).at(-1)!
      expect(row.macd).toBeCloseTo(macd.at(-1)!, 4)
      expect(row.signal).toBeCloseTo(signal, 4)
      expect(row.histogram).toBeCloseTo(macd.at(-1)! - signal, 4)
    })
  })

  describe('where there are too few candles', () => {
    test.each([
      [`\${symbol} \${interval}`, 'sma20', 20],
      [`\${symbol} \${interval}`, 'bb_upper', 20],
      ['RSI 14', 'rsi14', 15],
      ['MACD 12/26/9', 'signal', 34]
    ])('%s: %s is not drawn of fewer than its number, and is of that', async (title, column, needed) => {
      await fill(needed - 1)
      expect(await newest(title)).not.toHaveProperty(column)
      await fill(needed)
      expect((await newest(title))[column]).toBeGreaterThan(-1e9)
    })
  })
})
