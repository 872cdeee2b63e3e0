import { describe, expect, test } from '@jest/globals'
import { EXCHANGES, exchangeById } from '../../src/exchange/registry.ts'
import { isSimulated } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { pathsOf, replaced } from '../support/broken-frames.ts'
import { tradesIn } from '../support/recorded-venues.ts'
import { instrumentIn, TRADE_FRAMES, type TradeFrames } from './trade-frames.ts'

const AT = Date.UTC(2026, 6, 7, 23, 0, 5, 562)

const reader = (frames: TradeFrames) => {
  const adapter = exchangeById(frames.exchange)
  const instrument = instrumentIn(frames)
  const byStream = new Map([[adapter.tradeStream(instrument), instrument]])
  return (message: unknown) => adapter.decode(JSON.stringify(message), byStream, epochMs(AT + 500))
}

/** One value of each type of JSON, and those that a careless reader takes for another. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, {}, [], [1], { a: 1 }, '', '0', 'true', 'null', 'NaN', '1e5', '63501.6', 'x'],
  ...[0, 1, -1, 1.5, 63_501, 2 ** 60]
]

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** The same in another type of JSON: a number in words, words without them, alone in a list. */
const retyped = (value: unknown): readonly unknown[] => {
  if (typeof value === 'number') return [String(value), [value]]
  return typeof value === 'string' ? [Number(value), [value]] : [[value], JSON.stringify(value)]
}

/** Another number in words would be another value, and be believed where words are read digit by digit. */
const isOtherNumber = (value: unknown, other: unknown): boolean =>
  typeof value === 'number' && typeof other === 'string' && other !== '' && !Number.isNaN(Number(other))

const othersThan = (value: unknown): readonly unknown[] => [
  ...VALUES.filter(other => typeOf(other) !== typeOf(value) && !isOtherNumber(value, other)),
  ...retyped(value)
]

const valueAt = (message: unknown, path: string): unknown =>
  path.split('.').reduce((value, name) => Reflect.get(Object(value), name), message)

test('every exchange that is followed has its messages here', () => {
  const ids = EXCHANGES.map(({ id }) => id).filter(id => !isSimulated(id))
  expect(TRADE_FRAMES.map(({ exchange }) => exchange).toSorted()).toEqual(ids.toSorted())
})

describe.each(TRADE_FRAMES)('a message of trades of $exchange', frames => {
  const decode = reader(frames)
  const message = frames.trade(103_436_770, AT, 63_501)
  const [trade] = tradesIn(decode(message))

  test('tells of its trade', () => {
    expect(trade).toMatchObject({ exchange: frames.exchange, symbol: frames.symbol, time: AT, via: 'stream' })
    expect(Math.floor(Number(trade?.price))).toBe(63_501)
  })

  test('whose field has another type tells of that trade as it is, or is unreadable', () => {
    const wrong = pathsOf(message).flatMap(path =>
      othersThan(valueAt(message, path)).flatMap(other => {
        const events = decode(replaced(message, path, other))
        const trades = tradesIn(events)
        const isWell =
          trades.length > 0
            ? trades.every(one => JSON.stringify(one) === JSON.stringify(trade))
            : events.length > 0 && events.every(({ kind }) => kind === 'unreadable')
        return isWell ? [] : [`${path}: ${JSON.stringify(other)} → ${JSON.stringify(events)}`]
      })
    )
    expect(wrong).toEqual([])
  })

  test('of which any part is missing tells of that trade as it is, or is unreadable', () => {
    const wrong = pathsOf(message).filter(path => {
      const events = decode(replaced(message, path, undefined))
      return events.some(event =>
        event.kind === 'trade' ? JSON.stringify(event.trade) !== JSON.stringify(trade) : event.kind !== 'unreadable'
      )
    })
    expect(wrong).toEqual([])
  })

  test('of a kind that is new is unreadable', () => {
    for (const path of frames.kinds) {
      const events = decode(replaced(message, path, 'something_new'))
      expect([path, events.map(({ kind }) => kind)]).toEqual([path, ['unreadable']])
    }
    expect(decode({ something_new: message }).map(({ kind }) => kind)).toEqual(['unreadable'])
  })
})
