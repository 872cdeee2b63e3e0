import { describe, expect, test } from '@jest/globals'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { brief, candlesOf } from '../support/driven-candles.ts'
import { DAY, heartbeat, lost, trade } from '../support/market.ts'

const at = (seconds: number): number => DAY + seconds * 1000
const briefs = (...args: Parameters<typeof candlesOf>): readonly string[] => candlesOf(...args).candles.map(brief)

/** A trade whose number stands beside its id. */
const numbered = (sequence: number, seconds: number, more: Partial<Trade> = {}): Trade =>
  trade(0, at(seconds), { id: `ETH-${999 - sequence}`, sequence: String(sequence), ...more })

describe('a trade whose number is not its id', () => {
  test('is counted by the number, and candles name both', () => {
    const ticks = [numbered(1, 0), numbered(2, 1.1), numbered(3, 1.9), numbered(2, 1.1), numbered(4, 2)]
    const { candles } = candlesOf(ticks)
    expect(candles.map(brief)).toEqual(['+0s r0 partial 1', '+1s r0 traded 2'])
    expect(candles[1]).toMatchObject({
      firstTradeId: 'ETH-997',
      lastTradeId: 'ETH-996',
      firstSequence: '2',
      lastSequence: '3'
    })
  })

  test('that comes late moves the names of a candle and of those wider than it', () => {
    const ticks = [numbered(1, 0), numbered(3, 5.5), numbered(4, 6), numbered(2, 5.4), numbered(5, 12)]
    const { candles } = candlesOf(ticks, { intervals: ['1s', '5s'] })
    const wide = candles.find(({ interval, openTime }) => interval === '5s' && openTime === at(5))
    expect(wide).toMatchObject({ firstTradeId: 'ETH-997', firstSequence: '2', lastTradeId: 'ETH-995', tradeCount: 3 })
  })

  test('is missing by the number as well: heartbeats and records of gaps name it', () => {
    const ticks = [numbered(1, 0), numbered(4, 1.5), lost(2, 3, at(1.6)), heartbeat(4, at(3))]
    expect(briefs(ticks)).toEqual(['+0s r0 partial 1', '+1s r0 gap 1 missing 2', '+2s r0 empty 0'])
  })

  test('with a number that is none is refused by its name', () => {
    expect(candlesOf([numbered(1, 0, { sequence: 'x' })]).rejected).toMatchObject([
      { reason: 'bad-id', detail: 'sequence x is not a whole number, so it proves nothing' }
    ])
  })

  test('is told from one whose number is its id', () => {
    const { candles } = candlesOf([trade(1, at(0)), trade(2, at(1))])
    expect(Object.keys(candles[0]!)).not.toContain('firstSequence')
  })
})

test('a heartbeat without a number proves nothing where there are numbers', () => {
  const { candles, rejected } = candlesOf([trade(1, at(0)), { ...heartbeat(1, at(5)), lastId: null }])
  expect(candles).toEqual([])
  expect(rejected).toMatchObject([{ reason: 'bad-id' }])
})

test('a trade that tells what it was in the quote currency counts there with that, and with its rounded size', () => {
  const inverse = (id: number, seconds: number, side: Trade['side'], quoteQuantity: string): Trade =>
    trade(id, at(seconds), { price: '3', quantity: '33.333333333333333333', side, quoteQuantity })
  const { candles } = candlesOf([
    trade(1, at(0)),
    inverse(2, 1.1, 'buy', '100'),
    inverse(3, 1.2, 'sell', '100'),
    trade(4, at(2))
  ])
  expect(candles[1]).toMatchObject({
    volume: '66.666666666666666666',
    quoteVolume: '200',
    takerBuyVolume: '33.333333333333333333',
    takerBuyQuoteVolume: '100'
  })
})

describe('a trade that is excluded from candles', () => {
  const excluded = { flags: ['block', 'excluded'] } as const

  test('is counted by its number, and in no candle', () => {
    const ticks = [trade(1, at(0)), trade(2, at(1)), trade(3, at(1.2), excluded), trade(4, at(1.3)), trade(5, at(2))]
    const { candles } = candlesOf(ticks)
    expect(candles.map(brief)).toEqual(['+0s r0 partial 1', '+1s r0 traded 2'])
    expect(candles[1]).toMatchObject({ volume: '2', firstTradeId: '2', lastTradeId: '4' })
  })

  test('leaves a window empty that holds no other, and closes the one before it', () => {
    const ticks = [trade(1, at(0)), trade(2, at(1.2), excluded), trade(3, at(2))]
    expect(briefs(ticks)).toEqual(['+0s r0 partial 1', '+1s r0 empty 0'])
  })

  test('fills a gap that waits for it', () => {
    const ticks = [trade(1, at(0)), trade(3, at(1.2)), trade(4, at(2.5)), trade(2, at(1.1), excluded)]
    expect(briefs(ticks)).toEqual(['+0s r0 partial 1', '+1s r0 traded 1'])
  })

  test('begins nothing, for a candle of none has no price', () => {
    const ticks = [trade(1, at(0), excluded), heartbeat(1, at(2)), trade(2, at(3)), heartbeat(2, at(5))]
    expect(briefs(ticks)).toEqual(['+3s r0 partial 1', '+4s r0 empty 0'])
  })

  test('before the first one that counts, in order and time, changes nothing', () => {
    const ticks = [trade(5, at(3)), trade(4, at(1), excluded), heartbeat(5, at(4))]
    expect(briefs(ticks)).toEqual(['+3s r0 partial 1'])
  })

  test('is counted as well where another flag stands alone', () => {
    const ticks = [trade(1, at(0)), trade(2, at(1), { flags: ['liquidation'] }), trade(3, at(2))]
    expect(briefs(ticks)).toEqual(['+0s r0 partial 1', '+1s r0 traded 1'])
  })
})

describe('trades that are aggregates of prints', () => {
  test('are summed up to the prints of every candle', () => {
    const ticks = [trade(1, at(0), { prints: 2 }), trade(2, at(4), { prints: 5 }), trade(3, at(6), { prints: 1 })]
    const counts = candlesOf([...ticks, heartbeat(3, at(10))], { intervals: ['1s', '5s'] }).candles.map(
      candle => [brief(candle), candle.interval, candle.printCount] as const
    )
    expect(counts).toContainEqual(['+4s r0 traded 1', '1s', 5])
    expect(counts).toContainEqual(['+1s r0 empty 0', '1s', undefined])
    expect(counts).toContainEqual(['+0s r0 partial 2', '5s', 7])
  })
})
