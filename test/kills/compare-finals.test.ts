import { describe, expect, test } from '@jest/globals'
import { compareFinals } from './compare-finals.ts'

const due = new Map([['ohlcv_1s BTC', ['a r0', 'b r0', 'a r1']]])
const against = (...read: readonly string[]) => compareFinals(new Map([['ohlcv_1s BTC', read]]), due)

describe('finals of a run beside those of an undisturbed fold', () => {
  test('the same ones in the same order are right', () => {
    expect(against('a r0', 'b r0', 'a r1')).toEqual({ lost: 0, doubled: 0, phantom: 0 })
  })

  test('one that is missing is lost, also when its whole key is', () => {
    expect(against('a r0', 'a r1')).toEqual({ lost: 1, doubled: 0, phantom: 0 })
    expect(compareFinals(new Map(), due)).toEqual({ lost: 3, doubled: 0, phantom: 0 })
  })

  test('one that stands there twice is doubled', () => {
    expect(against('a r0', 'b r0', 'b r0', 'a r1')).toEqual({ lost: 0, doubled: 1, phantom: 0 })
  })

  test('one that should not be there, and an order that should not be, are phantoms', () => {
    expect(against('a r0', 'b r0', 'a r1', 'c r0')).toMatchObject({ lost: 0, phantom: 1 })
    expect(against('a r1', 'b r0', 'a r0')).toMatchObject({ lost: 0, phantom: 1 })
  })
})
