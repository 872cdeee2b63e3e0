import { describe, expect, test } from '@jest/globals'
import { filterLine } from '../../../src/analyze/pair/hedge/kalman.ts'
import { spreads } from '../../../src/analyze/pair/hedge/spreads.ts'
import { adfTest } from '../../../src/analyze/pair/unit-root/adf.ts'
import { PAIR_METHODS } from '../../../src/market/records/derived/pair-stats.ts'
import type { Topology } from '../../../src/stream/topology.ts'
import { drive } from '../../support/drive.ts'
import { bothLegs, leg, newestOf, prices, statsOf, timeOf, topologyOf } from './leg-scene.ts'
import { apart, vectors } from './vectors.ts'

const KEY = 'binance:A/USDT~binance:B/USDT#1s'

describe('analyze-pairs', () => {
  test('publishes one record a method when both candles of a time are there', () => {
    const { outputs } = drive(topologyOf(), bothLegs([[60_000, 3_000]]))
    expect(outputs.map(({ topic, key, time }) => [topic, key, time])).toEqual(
      PAIR_METHODS.map(() => ['pairs', 'binance:A/USDT~binance:B/USDT', timeOf(0)])
    )
    expect(statsOf([leg('a', 0, 60_000)])).toEqual([])
  })

  test('a missing leg invents nothing: there are values for common times alone, over windows of common times', () => {
    const both = prices(1, 30)
    const legs = bothLegs(both).filter(({ side, openTime }) => !(side === 'b' && openTime % 3_000 === 0))
    const options = { window: 6, methods: ['ols'] as const }
    const common = both.filter((_, second) => timeOf(second) % 3_000 !== 0)
    const wanted = statsOf(bothLegs(common), options)
    const found = statsOf(legs, options)
    expect(found.map(({ openTime }) => openTime % 3_000)).not.toContain(0)
    expect(found.map(({ beta, zScore }) => [beta, zScore])).toEqual(wanted.map(({ beta, zScore }) => [beta, zScore]))
  })

  test('all figures are null until the window is full; those of the filter that need its spreads until it knew all of them', () => {
    const stats = statsOf(bothLegs(prices(2, 24)), { window: 12 })
    for (const one of stats) {
      const second = (one.openTime - timeOf(0)) / 1_000
      const spreadsFrom = one.method === 'kalman' ? 22 : 11
      expect(one.beta === null).toBe(second < 11)
      expect(one.correlation === null).toBe(second < 11)
      expect(one.egStat === null).toBe(one.method !== 'ols' || second < 11)
      expect(one.cointegrated === null).toBe(one.method !== 'ols' || second < 11)
      expect(one.zScore === null).toBe(second < spreadsFrom)
      expect(one.adfStat === null).toBe(second < spreadsFrom)
    }
  })

  test('the newest values are those of statsmodels and scipy over the whole window', () => {
    const { a, b, ols, huber, theilSen, correlation, engleGranger: test } = vectors.pairs[0]!
    const legs = a.flatMap((price, n) => [leg('a', n, price), leg('b', n, b[n]!)])
    const stats = statsOf(legs, { window: a.length }).slice(-4)
    const wanted = { ols, huber, theil_sen: theilSen }
    for (const one of stats) {
      if (one.method === 'kalman') continue
      const [alpha, beta] = wanted[one.method]
      expect(apart(one.alpha, alpha)).toBeLessThan(1e-8)
      expect(apart(one.beta, beta)).toBeLessThan(1e-8)
      expect(one.spread).toBeCloseTo(a.at(-1)! - alpha - beta * b.at(-1)!, 6)
      expect(apart(one.correlation, correlation)).toBeLessThan(1e-10)
    }
    expect(apart(stats[0]?.egStat, test.statistic)).toBeLessThan(1e-8)
    expect(stats.map(({ method, cointegrated }) => [method, cointegrated])).toEqual([
      ['ols', true],
      ['huber', null],
      ['theil_sen', null],
      ['kalman', null]
    ])
  })

  test('each method is asked whether its own spread comes back, the filter of what could have been held', () => {
    const { a, b } = vectors.pairs[0]!
    const window = a.length / 2
    const legs = a.flatMap((price, n) => [leg('a', n, price), leg('b', n, b[n]!)])
    const stats = statsOf(legs, { window }).slice(-4)
    for (const { method, alpha, beta, adfStat, adfPValue } of stats) {
      const residuals = spreads({ alpha: alpha!, beta: beta! }, a.slice(-window), b.slice(-window))
      const held = filterLine(a.slice(1), b.slice(1), window - 1)!.held
      const wanted = adfTest(method === 'kalman' ? held : residuals)
      expect([method, adfStat, adfPValue]).toEqual([method, wanted?.statistic, wanted?.pValue])
    }
  })

  test('says no where the pair is not cointegrated', () => {
    const { a, b, engleGranger: test } = vectors.pairs.find(({ name }) => name === 'independent walks')!
    const legs = a.flatMap((price, n) => [leg('a', n, price), leg('b', n, b[n]!)])
    const last = statsOf(legs, { window: a.length, methods: ['ols'] }).at(-1)
    expect(last).toMatchObject({ cointegrated: false })
    expect(apart(last?.egPValue, test.pValue)).toBeLessThan(1e-8)
  })

  test('prices that do not move have no statistics, and a perfect hedge has no spread to test', () => {
    const flat = statsOf(bothLegs(Array.from({ length: 2_000 }, () => [5, 3] as const)))
    for (const one of flat.slice(-4))
      for (const figure of ['correlation', 'zScore', 'halfLife', 'adfStat', 'egStat', 'cointegrated'] as const)
        expect([one.method, figure, one[figure]]).toEqual([one.method, figure, null])
    const perfect = statsOf(bothLegs(prices(3, 40).map(([, b]) => [2 * b, b])), { methods: ['ols'] }).at(-1)
    expect(perfect).toMatchObject({ spread: 0, spreadStd: 0, zScore: null, egStat: null, cointegrated: null })
    expect(apart(perfect?.beta, 2)).toBeLessThan(1e-12)
  })

  test('a correction gives every value anew that its window bears on, and no other', () => {
    const legs = bothLegs(prices(4, 30))
    const revised = leg('a', 25, 61_000, 1)
    const emitted = statsOf([...legs, revised]).slice(statsOf(legs).length)
    const seconds = emitted.map(({ openTime }) => (openTime - timeOf(0)) / 1_000)
    expect(seconds).toEqual([25, 26, 27, 28, 29].flatMap(second => PAIR_METHODS.map(() => second)))
  })

  test('a correction deep in a long window is worked off over the legs that follow, the newest value never waiting for it', () => {
    const both = prices(12, 150)
    const right = bothLegs(both)
    const wrong = right.map(one => (one.openTime === timeOf(55) && one.side === 'a' ? { ...one, close: '1' } : one))
    const [before, after] = [wrong.slice(0, 280), wrong.slice(280)]
    const legs = [...before, { ...right[110]!, revision: 1 }, ...after]
    const options = { window: 100, methods: ['ols', 'kalman'] as const }
    const topology = topologyOf(options)
    const state = topology.processor.init(KEY)
    const most = legs.map(one => {
      const seconds = topology.processor.step(state, one).emit.map(({ openTime }) => openTime)
      if (seconds.length > 0 && one.revision === 0 && one.side === 'b') expect(seconds).toContain(one.openTime)
      return seconds.length
    })
    expect(Math.max(...most)).toBeLessThanOrEqual(2 * 17)
    expect(newestOf(statsOf(legs, options))).toEqual(newestOf(statsOf(right, options)))
  })

  test('a revision that leaves the close as it was is no news', () => {
    const legs = bothLegs(prices(5, 30))
    expect(statsOf([...legs, { ...legs[56]!, revision: 1 }])).toEqual(statsOf(legs))
  })

  test('a correction behind the newest window is rejected, a candle without a twin there is not', () => {
    const legs = bothLegs(prices(6, 30))
    const late = drive(topologyOf(), [...legs, leg('a', 21, 61_000, 1), leg('b', 21, 3_000)])
    expect(late.rejected).toEqual([
      { reason: 'behind-window', detail: `revision 1 of the candle of ${timeOf(21)} came too late`, position: 60 }
    ])
    expect(late.outputs).toEqual(drive(topologyOf(), legs).outputs)
    expect(drive(topologyOf(), [...legs, leg('a', 22, 61_000, 1)]).rejected).toEqual([])
  })

  test('of logarithms, beta is how many per cent one moves with one per cent of the other', () => {
    const legs = bothLegs(prices(7, 60).map(([, b]) => [Number((b ** 1.5 / 10).toFixed(6)), b]))
    const last = statsOf(legs, { window: 50, prices: 'log', methods: ['ols'] }).at(-1)
    expect(last?.beta).toBeCloseTo(1.5, 6)
  })

  test('a price that has no logarithm, or no number, is as good as none', () => {
    const legs = bothLegs(prices(8, 20))
    const huge = leg('a', 25, '9'.repeat(400))
    const wanted = statsOf(legs, { prices: 'log' })
    expect(statsOf([...legs, leg('a', 25, 0), leg('b', 25, 3_000), huge], { prices: 'log' })).toEqual(wanted)
  })
})

/** Stores what changed, as a commit does, and says how many characters that were. */
const commit = <State, In, Out>(
  topology: Topology<State, In, Out>,
  state: State,
  stored: Map<string, string>
): number => {
  const parts = topology.state.changes(state)
  for (const { name, value } of parts) value === null ? stored.delete(name) : stored.set(name, value)
  return parts.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
}

describe('the state of a pair', () => {
  test('is written in small pieces, and what no window needs any more is taken back', () => {
    const topology = topologyOf({ window: 240 })
    const state = topology.processor.init(KEY)
    const stored = new Map<string, string>()
    let written = 0
    for (const one of bothLegs(prices(9, 1_200))) {
      topology.processor.step(state, one)
      written = commit(topology, state, stored)
    }
    expect(written).toBeLessThan(10_000)
    expect(commit(topology, state, stored)).toBe(0)
    expect([...stored.keys()].filter(name => name.startsWith('points/')).length).toBeLessThanOrEqual(9)
    expect(stored.size).toBeLessThanOrEqual(10)
    const restored = topology.state.restore(KEY, stored)
    for (const one of bothLegs(prices(10, 3), 1_200))
      expect(topology.processor.step(restored, one).emit).toEqual(topology.processor.step(state, one).emit)
  })

  test('is bounded: a leg that runs ahead for longer than a day of seconds forgets its oldest candles, and meets the newest', () => {
    const topology = topologyOf()
    const state = topology.processor.init(KEY)
    const stored = new Map<string, string>()
    for (let second = 0; second < 100_000; second++) {
      topology.processor.step(state, leg('a', second, 60_000))
      if (second % 1_000 === 999) commit(topology, state, stored)
    }
    expect(stored.size).toBeLessThan(870)
    for (const one of [state, topology.state.restore(KEY, stored)]) {
      expect(topology.processor.step(one, leg('b', 13_000, 3_000)).emit).toEqual([])
      expect(topology.processor.step(one, leg('b', 20_000, 3_000)).emit).toHaveLength(4)
      expect(topology.processor.step(one, leg('b', 99_999, 3_000)).emit).toHaveLength(4)
    }
  })

  test('remembers how far a correction is worked off, even where nothing else has changed', () => {
    const topology = topologyOf({ window: 40, methods: ['ols'] })
    const state = topology.processor.init(KEY)
    const stored = new Map<string, string>()
    const legs = bothLegs(prices(11, 60))
    for (const one of [...legs, leg('a', 25, 61_000, 1)]) topology.processor.step(state, one)
    commit(topology, state, stored)
    const known = legs.at(-1)!
    expect(topology.processor.step(state, known).emit).toHaveLength(16)
    commit(topology, state, stored)
    const restored = topology.state.restore(KEY, stored)
    for (const one of [state, restored]) expect(topology.processor.step(one, known).emit).toHaveLength(3)
  })

  test('of a version whose filter knew prices by their unit is read, and that filter is not', () => {
    const topology = topologyOf()
    const legs = bothLegs(prices(13, 60))
    const [before, after] = [legs.slice(0, 80), legs.slice(80)]
    const state = topology.processor.init(KEY)
    for (const one of before) topology.processor.step(state, one)
    const stored = new Map<string, string>()
    commit(topology, state, stored)
    const old = { alpha: 900, beta: 0.00000306, p00: 1, p01: 0, p11: 1e-9 }
    stored.set('head', JSON.stringify({ ...JSON.parse(stored.get('head') ?? ''), base: old }))
    expect(topology.state.version).toBe('1 8 plain')
    const restored = topology.state.restore(KEY, stored)
    for (const one of after)
      expect(topology.processor.step(restored, one).emit).toEqual(topology.processor.step(state, one).emit)
  })

  test('is built anew for another window, and goes on as if that had always been the window', () => {
    const legs = bothLegs(prices(17, 60))
    const changes = new Map([[81, topologyOf({ window: 12 })]])
    const changed = drive(topologyOf({ window: 8 }), legs, { commitEvery: 1, changes }).outputs
    const [first, then] = [drive(topologyOf({ window: 8 }), legs.slice(0, 81)), drive(topologyOf({ window: 12 }), legs)]
    const known = drive(topologyOf({ window: 12 }), legs.slice(0, 81)).outputs.length
    expect(changed).toEqual([...first.outputs, ...then.outputs.slice(known)])
  })

  test('belongs to one window and one kind of price', () => {
    const version = (options: Parameters<typeof topologyOf>[0]) => topologyOf(options).state.version
    expect(version({ window: 8 })).not.toBe(version({ window: 9 }))
    expect(version({ prices: 'log' })).not.toBe(version({ prices: 'plain' }))
    expect(version({ methods: ['ols'] })).toBe(version({ methods: ['kalman'] }))
  })

  test('needs a key that names an interval', () => {
    expect(() => topologyOf().processor.init('binance:A/USDT~binance:B/USDT')).toThrow(/A~B#1m/)
  })
})
