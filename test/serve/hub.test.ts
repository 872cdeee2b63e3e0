import { describe, expect, test } from '@jest/globals'
import { windowUpdate } from '../../src/serve/live/channels.ts'
import { createHub, type Message } from '../../src/serve/live/hub.ts'
import { candleAt } from '../support/candles.ts'

const reader = () => {
  const heard: Message[] = []
  let isSlow = false
  return {
    heard,
    slow: (of: boolean) => {
      isSlow = of
    },
    subscriber: { send: (message: Message) => void heard.push(message), isSlow: () => isSlow }
  }
}

const BTC = { exchange: 'binance', symbol: 'BTC/USDT', interval: '1m' }
const candle = (n: number, more = {}) => windowUpdate('candles', candleAt(n, more))

describe('the hub', () => {
  test('tells the newest state at once, then what changes, numbered without a hole', () => {
    const hub = createHub(() => [candleAt(0)])
    const { heard, subscriber } = reader()
    hub.subscribe({ id: 'a', channel: 'candles', filter: BTC }, subscriber)
    hub.publish(candle(1))
    hub.flush()
    hub.publish(candle(2))
    hub.flush()
    hub.flush()
    expect(heard).toEqual([
      { type: 'snapshot', id: 'a', seq: 0, data: [candleAt(0)], skipped: 0 },
      { type: 'update', id: 'a', seq: 1, data: [candleAt(1)], skipped: 0 },
      { type: 'update', id: 'a', seq: 2, data: [candleAt(2)], skipped: 0 }
    ])
  })

  test('of a window that changes several times between two tellings, the newest is told', () => {
    const hub = createHub(() => [])
    const { heard, subscriber } = reader()
    hub.subscribe({ id: 'a', channel: 'candles', filter: BTC }, subscriber)
    for (const close of ['1', '2', '3']) hub.publish(candle(1, { final: false, close }))
    hub.flush()
    expect(heard.at(-1)?.data).toEqual([candleAt(1, { final: false, close: '3' })])
  })

  test('tells a subscription only what it has asked for, exactly or by some of its fields', () => {
    const hub = createHub(() => [])
    const [exact, wide, other] = [reader(), reader(), reader()]
    hub.subscribe({ id: 'a', channel: 'candles', filter: BTC }, exact.subscriber)
    hub.subscribe({ id: 'b', channel: 'candles', filter: { interval: '1m' } }, wide.subscriber)
    hub.subscribe({ id: 'c', channel: 'indicators', filter: BTC }, other.subscriber)
    hub.publish(candle(1, { symbol: 'ETH/USDT' }))
    hub.publish(candle(1, { interval: '5m' }))
    hub.publish(candle(2))
    hub.flush()
    expect(exact.heard.at(-1)?.data).toEqual([candleAt(2)])
    expect(wide.heard.at(-1)?.data).toEqual([candleAt(1, { symbol: 'ETH/USDT' }), candleAt(2)])
    expect(other.heard).toHaveLength(1)
  })

  test('gives a slow reader the newest of each series instead of a queue, and says how much it left out', () => {
    const hub = createHub(() => [])
    const { heard, slow, subscriber } = reader()
    hub.subscribe({ id: 'a', channel: 'candles', filter: {} }, subscriber)
    slow(true)
    for (let n = 0; n < 1_000; n++) {
      hub.publish(candle(n))
      hub.publish(candle(n, { symbol: 'ETH/USDT' }))
      hub.flush()
    }
    expect(heard).toHaveLength(1)
    slow(false)
    hub.flush()
    const last = heard.at(-1)!
    expect(last.data.length).toBeLessThanOrEqual(201)
    expect(last.data.length + last.skipped).toBe(2_000)
    expect(last.data).toContainEqual(candleAt(999))
    expect(last.data).toContainEqual(candleAt(999, { symbol: 'ETH/USDT' }))
    expect(last.seq).toBe(1)
  })

  test('tells nothing to those who have left', () => {
    const hub = createHub(() => [])
    const { heard, subscriber } = reader()
    const leave = hub.subscribe({ id: 'a', channel: 'candles', filter: BTC }, subscriber)
    hub.publish(candle(1))
    leave()
    hub.publish(candle(2))
    hub.flush()
    expect(heard).toHaveLength(1)
    expect(hub.size()).toBe(0)
  })
})
