import { expect, test } from '@jest/globals'
import { countedOf } from '../../../src/aggregate/state/counted.ts'
import { HEAD } from '../../../src/aggregate/state/state-codec.ts'
import { inFirstEpoch } from '../../../src/cli/backfill/what-is-known.ts'
import { ordinalOf } from '../../../src/market/epoch.ts'

/** What the candles of a symbol hold whose newest trade has this id, as `aggregate` saves it. */
const counted = (epoch: number, id: string) => {
  const ledger = { firstId: 1_000, firstTime: 0, lastId: ordinalOf(epoch, id), lastTime: 60_000, holes: [] }
  return countedOf(new Map([[HEAD, JSON.stringify({ ledger, series: [] })]]))
}

test('a symbol whose ids have begun anew is not backfilled: it is said why, and what to do', () => {
  expect(() => inFirstEpoch(counted(1, '5'), 'binance:BTC/USDT')).toThrow(
    /^binance:BTC\/USDT: the exchange has begun its trade ids anew; .*under a fresh TOPIC_PREFIX/
  )
})

test('any other one is, and one without candles', () => {
  expect(inFirstEpoch(counted(0, '2000'), 'binance:BTC/USDT')).toMatchObject({ lastId: 2_000 })
  expect(inFirstEpoch(null, 'binance:BTC/USDT')).toBeNull()
})
