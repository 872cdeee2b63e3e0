import { describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import type { Interval } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { brief, candlesOf } from '../support/driven-candles.ts'
import { unprovenHeartbeat as beat, DAY, heartbeat, lost, minuteKline, trade } from '../support/market.ts'

const MINUTE = 60_000
const at = (seconds: number): number => DAY + seconds * 1000
const options = {
  intervals: ['1s', '1m', '5m', '1h'] as readonly Interval[],
  gapHoldMs: 10_000,
  revisionHorizonMs: 600_000,
  hasChain: () => false
}

/** A trade of an exchange whose ids are text without an order. */
const print = (id: string, seconds: number, more: Partial<Trade> = {}): Trade => trade(0, at(seconds), { id, ...more })

/** What is published of one interval, in order. */
const of = (interval: Interval, ...[records, more]: Parameters<typeof candlesOf>): readonly Candle[] =>
  candlesOf(records, { ...options, ...more }).candles.filter(candle => candle.interval === interval)

const words = ({ status, matchedBy, missingVolume, ...candle }: Candle): string =>
  [brief({ ...candle, status }), ...(matchedBy ?? []), ...(missingVolume === undefined ? [] : [missingVolume])].join(
    ' '
  )

const minute = (n: number, totals: Parameters<typeof minuteKline>[1]) => minuteKline(DAY + n * MINUTE, totals)

describe('a window of a feed that no number proves whole', () => {
  test('closes by heartbeats alone, as unproven, and quiet ones too; the first is partial', () => {
    const records = [print('f3', 0.2), print('a1', 1.1, { price: '7' }), print('b2', 9), beat(at(2)), beat(at(3.5))]
    const seconds = of('1s', records)
    expect(seconds.map(brief)).toEqual(['+0s r0 partial 1', '+1s r0 unproven 1', '+2s r0 unproven 0'])
    expect(seconds[2]).toMatchObject({ open: '7', high: '7', low: '7', close: '7', volume: '0', firstTradeId: null })
    expect(Object.keys(seconds[1]!)).not.toEqual(expect.arrayContaining(['missing', 'firstSequence', 'epoch']))
  })

  test('counts an id once, whatever its text, and of one millisecond the records stand in order', () => {
    const big = '2280000001739247417'
    const records = [
      print('f3', 0),
      print(big, 1, { price: '5' }),
      print('2280000001739247418', 1, { price: '3' }),
      print(big, 1, { price: '5' }),
      print('0', 1, { price: '4' }),
      beat(at(2))
    ]
    expect(of('1s', records)[1]).toMatchObject({
      tradeCount: 3,
      open: '5',
      close: '4',
      firstTradeId: big,
      lastTradeId: '0'
    })
  })

  test('takes a trade that comes late, and one that comes before the first', () => {
    const late = [print('a', 1), print('b', 3), beat(at(4)), print('c', 1.5), print('d', 0.5)]
    expect(of('1s', late).map(brief)).toEqual([
      '+1s r0 partial 1',
      '+2s r0 unproven 0',
      '+3s r0 unproven 1',
      '+1s r1 partial 2',
      '+0s r0 partial 1',
      '+1s r2 unproven 2'
    ])
  })

  test('stays open whatever trades come, in whatever order', () => {
    expect(of('1s', [print('a', 3), print('b', 0.5), print('c', 9)])).toEqual([])
  })

  test('refuses a trade of which nobody can say whether it was counted', () => {
    const old = [
      print('a', 1),
      beat(at(2_000)),
      ...Array.from({ length: 1_001 }, (_, n) => print(`n${n}`, 2_000)),
      beat(at(4_000))
    ]
    expect(candlesOf([...old, print('a', 1), print('z', 1)], options).rejected).toMatchObject([
      { reason: 'late' },
      { reason: 'late' }
    ])
    expect(candlesOf([print('a', 1), beat(at(2_000)), print('a', 1)], options).rejected).toEqual([])
  })

  test('counts no trade that is excluded, and gives up none', () => {
    const records = [print('a', 0), print('b', 1, { flags: ['excluded'] }), { ...lost(1, 2, at(1)) }, beat(at(2))]
    const { candles, rejected } = candlesOf(records, options)
    expect(candles.map(brief)).toEqual(['+0s r0 partial 1', '+1s r0 unproven 0'])
    expect(rejected).toMatchObject([{ reason: 'bad-id' }])
  })
})

describe("the exchange's own minute", () => {
  const two = [print('a', 0), print('b', 60, { quantity: '1.5' }), print('c', 119, { quantity: '0.25', price: '2' })]
  const whole = { volume: '1.75', quoteVolume: '150.5', tradeCount: 2 }

  test('that is equal makes ours a match, by what it gives', () => {
    const briefs = (totals: Partial<typeof whole>) => of('1m', [...two, beat(at(120)), minute(1, totals)]).map(words)
    expect(briefs(whole)).toEqual([
      '+0s r0 partial 1',
      '+60s r0 unproven 2',
      '+60s r1 matched 2 count volume quoteVolume'
    ])
    expect(briefs({ volume: '1.75' }).at(-1)).toBe('+60s r1 matched 2 volume')
    expect(briefs({ volume: '1.75', quoteVolume: '150.5' }).at(-1)).toBe('+60s r1 matched 2 volume quoteVolume')
  })

  test('that has more volume says how much is missing, until the late trade comes', () => {
    const records = [two[0]!, two[1]!, beat(at(120)), minute(1, whole)]
    expect(of('1m', records).map(words).at(-1)).toBe('+60s r1 gap 1 0.25')
    expect(
      of('1m', [...records, two[2]!])
        .map(words)
        .at(-1)
    ).toBe('+60s r2 matched 2 count volume quoteVolume')
  })

  test('that has less volume, or the same in other trades, proves nothing', () => {
    for (const totals of [{ volume: '1.7' }, { ...whole, tradeCount: 3 }, { ...whole, quoteVolume: '150.4' }])
      expect(of('1m', [...two, beat(at(120)), minute(1, totals)]).map(words)).toEqual([
        '+0s r0 partial 1',
        '+60s r0 unproven 2'
      ])
  })

  test('that comes before ours has closed is remembered', () => {
    const words1m = of('1m', [...two, minute(1, whole), beat(at(120))]).map(words)
    expect(words1m).toEqual(['+0s r0 partial 1', '+60s r0 matched 2 count volume quoteVolume'])
  })

  test('counts as it was told last', () => {
    const told = [
      ...two,
      minute(1, { volume: '9' }),
      beat(at(120)),
      minute(1, { volume: '8' }),
      minute(1, { volume: '8' }),
      minute(1, whole)
    ]
    expect(of('1m', told).map(words)).toEqual([
      '+0s r0 partial 1',
      '+60s r0 gap 2 7.25',
      '+60s r1 gap 2 6.25',
      '+60s r2 matched 2 count volume quoteVolume'
    ])
  })

  test('without volume matches one of ours that was quiet', () => {
    const quiet = [...two, beat(at(180)), minute(2, { volume: '0', quoteVolume: '0', tradeCount: 0 })]
    expect(of('1m', quiet).map(words).at(-1)).toBe('+120s r1 matched 0 count volume quoteVolume')
  })

  test('says nothing where a number proves the feed whole', () => {
    const ticks = [trade(1, at(0)), trade(2, at(60)), heartbeat(2, at(120)), minute(1, { volume: '9' })]
    expect(of('1m', ticks, { hasChain: () => true }).map(words)).toEqual(['+0s r0 partial 1', '+60s r0 traded 1'])
  })
})

describe('a wider candle of such a feed', () => {
  /** A trade of 1 in every minute from the first to `to`. */
  const minutes = (to: number): readonly Trade[] => Array.from({ length: to }, (_, n) => print(`t${n}`, n * 60 + 1))
  const equal = { volume: '1', quoteVolume: '100', tradeCount: 1 }
  const told = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => minute(from + n, equal))

  test('matches when all its minutes do, by what all of them are equal in', () => {
    const records = [...minutes(11), beat(at(660)), ...told(0, 9), minute(9, { volume: '1' })]
    expect(of('5m', records).map(words)).toEqual([
      '+0s r0 partial 5',
      '+300s r0 unproven 5',
      '+300s r1 matched 5 volume'
    ])
  })

  test('is a gap as soon as one of them is, by all that they miss', () => {
    const records = [
      ...minutes(11),
      ...told(0, 7),
      minute(7, { volume: '1.5' }),
      minute(8, { volume: '3' }),
      beat(at(660))
    ]
    expect(of('5m', records).map(words)).toEqual(['+0s r0 partial 5', '+300s r0 gap 5 2.5'])
  })

  test('is proven by nothing without minutes', () => {
    const records = [...minutes(11), ...told(0, 11), beat(at(660))]
    expect(of('5m', records, { intervals: ['1s', '5m'] }).map(words)).toEqual([
      '+0s r0 partial 5',
      '+300s r0 unproven 5'
    ])
  })

  test('knows the words of minutes that are long forgotten', () => {
    const records = minutes(181).flatMap((one, n) => [
      one,
      beat(at(n * 60 + 60)),
      minute(n, n === 90 ? { volume: '4' } : equal)
    ])
    expect(of('1h', records).map(words)).toEqual([
      '+0s r0 partial 60',
      '+3600s r0 gap 60 3',
      '+7200s r0 unproven 60',
      '+7200s r1 matched 60 count volume quoteVolume'
    ])
  })
})

describe('minutes that ended while the feed was down', () => {
  const quiet = { volume: '0', quoteVolume: '0', tradeCount: 0 }
  const down = [print('a', 0), beat(at(61)), print('b', 5 * 3_600), beat(at(5 * 3_600 + 1))]

  test('are compared when the feed is back, far behind the horizon, and so are the hours that hold them', () => {
    const told = Array.from({ length: 299 }, (_, n) => minute(n + 1, quiet))
    expect(of('1m', [...down, ...told]).filter(({ status }) => status === 'matched')).toHaveLength(299)
    expect(of('1h', [...down, ...told]).map(words)).toEqual([
      '+0s r0 partial 1',
      ...[1, 2, 3, 4].map(hour => `+${hour * 3_600}s r0 unproven 0`),
      ...[1, 2, 3, 4].map(hour => `+${hour * 3_600}s r1 matched 0 count volume quoteVolume`)
    ])
  })

  test('are waited for a day, and then forgotten', () => {
    const { processor, state: codec } = aggregate(options)
    const state = processor.init('bybit:BTC/USDT')
    const parts = new Map<string, string>()
    const fold = (records: readonly Parameters<typeof processor.step>[1][]): number => {
      for (const record of records) processor.step(state, record)
      for (const { name, value } of codec.changes(state)) value === null ? parts.delete(name) : parts.set(name, value)
      return [...parts.keys()].filter(name => name.startsWith('1m/')).length
    }
    expect(fold(down)).toBeGreaterThan(25)
    const later = Array.from({ length: 1_800 }, (_, n) => at(5 * 3_600 + n * 60))
    const went = later.flatMap(time => [
      beat(time),
      { ...minuteKline(time, quiet), volume: time === later[0] ? '1' : '0' }
    ])
    expect(fold(went)).toBeLessThan(4)
    expect([...parts.keys()].filter(name => name.startsWith('klines/')).length).toBeLessThan(4)
  })
})
