import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { createRest } from '../../src/ingest/rest.ts'
import { DAY } from '../support/market.ts'
import { answer } from './fake-exchange.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** A REST interface that answers after `takesMs`, fifteen seconds into a minute. */
const openRest = (takesMs = 0) => {
  const clock = createVirtualClock(DAY + 15_000)
  const asked: string[] = []
  const rest = createRest({
    exchange: createBinance('binance'),
    url: 'http://exchange',
    clock,
    signal: new AbortController().signal,
    fetchJson: async (url, signal) => {
      asked.push(new URL(url).pathname)
      await clock.sleep(takesMs, signal)
      return answer(200, [])
    }
  })
  const ask = (path: string, weight: number, share?: number): void => void rest.ask({ path, weight }, share)
  return { clock, asked, ask }
}

describe('a request that lets others go first', () => {
  test('is sent as long as its share of the weight is free', async () => {
    const { clock, asked, ask } = openRest()
    ask('/trades', 2_900)
    ask('/book', 50, 0.5)
    await clock.advance(10)
    expect(asked).toEqual(['/trades', '/book'])
  })

  test('waits for the next minute when it is not, while others go on', async () => {
    const { clock, asked, ask } = openRest()
    ask('/trades', 2_990)
    await clock.advance(10)
    ask('/book', 50, 0.5)
    ask('/more', 1_000)
    await clock.advance(44_000)
    expect(asked).toEqual(['/trades', '/more'])
    await clock.advance(1_000)
    expect(asked).toEqual(['/trades', '/more', '/book'])
  })

  test('takes nobody a place while it waits', async () => {
    const { clock, asked, ask } = openRest(1_000)
    ask('/trades', 3_000)
    await clock.advance(10)
    for (let n = 0; n < 4; n++) ask('/book', 50, 0.5)
    for (let n = 0; n < 3; n++) ask('/more', 25)
    await clock.advance(10)
    expect(asked).toEqual(['/trades', '/more', '/more', '/more'])
  })
})
