import { expect, test } from '@jest/globals'
import { tradingSchedule } from '../../src/exchange/binance/futures/trading-schedule.ts'
import { exchangeById } from '../../src/exchange/registry.ts'

const SCHEDULE = {
  updateTime: 1_761_286_643_918,
  marketSchedules: {
    EQUITY: {
      sessions: [
        { startTime: 1_761_206_400_000, endTime: 1_761_226_200_000, type: 'PRE_MARKET' },
        { startTime: 1_761_177_600_000, endTime: 1_761_206_400_000, type: 'OVERNIGHT' }
      ]
    },
    COMMODITY: { sessions: [{ startTime: 1_761_724_800_000, endTime: 1_761_744_600_000, type: 'NO_TRADING' }] },
    CN_EQUITY: { sessions: [] }
  }
}

test('the schedule of Binance’s futures tells the sessions of each class of assets, oldest first', () => {
  expect([...tradingSchedule.decode(SCHEDULE)]).toEqual([
    [
      'EQUITY',
      [
        { from: 1_761_177_600_000, to: 1_761_206_400_000, type: 'OVERNIGHT' },
        { from: 1_761_206_400_000, to: 1_761_226_200_000, type: 'PRE_MARKET' }
      ]
    ],
    ['COMMODITY', [{ from: 1_761_724_800_000, to: 1_761_744_600_000, type: 'NO_TRADING' }]],
    ['CN_EQUITY', []]
  ])
})

test.each([
  null,
  '<html>',
  { marketSchedules: [] },
  { marketSchedules: { EQUITY: {} } },
  { marketSchedules: { EQUITY: { sessions: [null] } } },
  { marketSchedules: { EQUITY: { sessions: [{ startTime: 1_761_177_600_000, endTime: 1_761_206_400_000 }] } } },
  {
    marketSchedules: { EQUITY: { sessions: [{ startTime: 1_761_206_400_000, endTime: 1_761_206_400_000, type: 'A' }] } }
  }
])('what is no schedule is refused: %j', body => {
  expect(() => tradingSchedule.decode(body)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
})

test('only contracts on what is traded elsewhere follow it', () => {
  const { calendar } = exchangeById('binanceusdm').listing
  const isFor = (contractType: string) => calendar?.isFor({ contractType } as never)
  expect(['TRADIFI_PERPETUAL', 'PERPETUAL', 'CURRENT_QUARTER'].map(isFor)).toEqual([true, false, false])
})
