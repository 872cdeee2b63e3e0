import { describe, expect, test } from '@jest/globals'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { brief, candlesOf } from '../support/driven-candles.ts'
import { DAY, heartbeat, lost, trade } from '../support/market.ts'

const at = (seconds: number): number => DAY + seconds * 1000
const FIFTY_MINUTES = 50 * 60

/** A record that came when it did, and says that it is of another time. */
const claiming = <T extends Tick>(tick: T, seconds: number): T => ({ ...tick, time: epochMs(at(seconds)) })

const trades = (from: number, to: number): readonly Tick[] =>
  Array.from({ length: to - from + 1 }, (_, n) => trade(from + n, at(from + n)))

describe('a record of the future', () => {
  test('closes no window of it, and no later trade is late because of it', () => {
    const odd = claiming(trade(301, at(301)), 301 + FIFTY_MINUTES)
    const { candles, rejected } = candlesOf([...trades(1, 300), odd, ...trades(302, 3301), heartbeat(3301, at(3400))])
    expect(rejected).toEqual([expect.objectContaining({ reason: 'future-time', position: 300 })])
    const until = Math.max(...candles.map(({ closeTime }) => closeTime))
    expect(until).toBe(at(3400))
    expect(candles.filter(({ status, openTime }) => status === 'empty' && openTime < at(3302))).toEqual([])
    const touched = candles.filter(({ status }) => status === 'gap').map(brief)
    expect(touched).toEqual(['+300s r0 gap 1 missing 1', '+301s r0 gap 0 missing 1', '+302s r0 gap 1 missing 1'])
  })

  test('counts once it comes with its true time', () => {
    const odd = claiming(trade(3, at(3)), FIFTY_MINUTES)
    const { candles } = candlesOf([...trades(1, 2), odd, trade(4, at(4)), trade(3, at(3)), heartbeat(4, at(6))])
    expect(candles.map(brief)).toEqual([
      '+1s r0 partial 1',
      '+2s r0 traded 1',
      '+3s r0 traded 1',
      '+4s r0 traded 1',
      '+5s r0 empty 0'
    ])
  })

  test('as a heartbeat proves nothing', () => {
    const odd = claiming(heartbeat(2, at(3)), FIFTY_MINUTES)
    const { candles, rejected } = candlesOf([...trades(1, 2), odd, trade(3, at(3)), heartbeat(3, at(4))])
    expect(rejected).toEqual([expect.objectContaining({ reason: 'future-time' })])
    expect(candles.map(brief)).toEqual(['+1s r0 partial 1', '+2s r0 traded 1', '+3s r0 traded 1'])
  })

  test('as the first of a symbol begins nothing', () => {
    const { candles } = candlesOf([claiming(trade(1, at(1)), FIFTY_MINUTES), ...trades(2, 4)])
    expect(candles.map(brief)).toEqual(['+2s r0 partial 1', '+3s r0 traded 1'])
  })

  test('that gives ids up does so at the time when it came', () => {
    const odd = claiming(lost(3, 3, at(4)), FIFTY_MINUTES)
    const { candles } = candlesOf([...trades(1, 2), trade(4, at(4)), odd, ...trades(5, 6)])
    expect(candles.map(brief)).toEqual([
      '+1s r0 partial 1',
      '+2s r0 gap 1 missing 1',
      '+3s r0 gap 0 missing 1',
      '+4s r0 gap 1 missing 1',
      '+5s r0 traded 1'
    ])
  })

  test('is one that came a minute and more before its time: clocks of recorders are behind', () => {
    const behind = (tick: Tick): Tick => ({ ...tick, receivedAt: epochMs(tick.time - 1_250) })
    const { candles, rejected } = candlesOf([...trades(1, 3), heartbeat(3, at(4))].map(behind))
    expect(rejected).toEqual([])
    expect(candles.map(brief)).toEqual(['+1s r0 partial 1', '+2s r0 traded 1', '+3s r0 traded 1'])
  })
})
