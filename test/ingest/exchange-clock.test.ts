import { describe, expect, test } from '@jest/globals'
import { createExchangeClock } from '../../src/ingest/frames/exchange-clock.ts'
import { epochMs } from '../../src/market/time.ts'
import { DAY } from '../support/market.ts'

describe('the clock of an exchange', () => {
  test('is unknown before the first frame', () => {
    expect(createExchangeClock().at(500)).toBeNull()
  })

  test('goes on with our monotonic clock from its newest frame', () => {
    const clock = createExchangeClock()
    clock.note(epochMs(DAY), 100)
    expect(clock.at(350.7)).toBe(DAY + 250)
  })

  test('is not set back by a frame that is late, nor by a moment before its newest frame', () => {
    const clock = createExchangeClock()
    clock.note(epochMs(DAY + 5_000), 100)
    clock.note(epochMs(DAY), 110)
    expect(clock.at(200)).toBe(DAY + 5_100)
    expect(clock.at(50)).toBe(DAY + 5_000)
  })

  test('is that of an answer until market data has come: what answers may be ahead of the market', () => {
    const clock = createExchangeClock()
    clock.noteAnswer(epochMs(DAY + 60_000), 100)
    expect(clock.at(150)).toBe(DAY + 60_050)
    clock.note(epochMs(DAY), 200)
    clock.noteAnswer(epochMs(DAY + 90_000), 300)
    expect(clock.at(400)).toBe(DAY + 200)
  })
})
