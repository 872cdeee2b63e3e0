import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { Exchange } from '../../src/exchange/exchange.ts'
import type { RestAnswer } from '../../src/exchange/rest-interface.ts'
import { createRest } from '../../src/ingest/transport/rest.ts'
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
  const ask = (path: string, cost: number, share?: number): void => void rest.ask({ path, cost }, share)
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

test('a request that has a body is sent with it, and named by it when it is refused', async () => {
  const sent: (string | undefined)[] = []
  const rest = createRest({
    exchange: createBinance('binance'),
    url: 'http://exchange/',
    clock: createVirtualClock(DAY),
    signal: new AbortController().signal,
    fetchJson: async (_url, _signal, body) => {
      sent.push(body)
      return answer(sent.length === 1 ? 200 : 400, {})
    }
  })
  await rest.ask({ path: '/info', cost: 1, body: '{"type":"meta"}' })
  expect(sent).toEqual(['{"type":"meta"}'])
  const refused = rest.ask({ path: '/info', cost: 1, body: '{"type":"nope"}' })
  await expect(refused).rejects.toThrow('asked was /info {"type":"nope"}')
})

describe('an exchange that wants to be left alone', () => {
  const refusing = (retryAfter: string) => {
    const clock = createVirtualClock(DAY + 15_000)
    const asked: number[] = []
    const rest = createRest({
      exchange: createBinance('binance'),
      url: 'http://exchange',
      clock,
      signal: new AbortController().signal,
      fetchJson: async () => {
        asked.push(clock.monotonicMs())
        return asked.length === 1 ? answer(429, {}, { 'retry-after': retryAfter }) : answer(200, [])
      }
    })
    const ask = (): void => void rest.ask({ path: '/trades', cost: 1 }).catch(() => undefined)
    return { clock, asked, ask }
  }

  test.each([-86_400_000, 86_400_000])(
    'is asked again when its time is over, also where the clock was set by %d ms',
    async by => {
      const { clock, asked, ask } = refusing('20')
      ask()
      await clock.advance(10)
      clock.setWall(clock.now() + by)
      ask()
      await clock.advance(19_980)
      expect(asked).toHaveLength(1)
      await clock.advance(20)
      expect(asked).toEqual([0, 20_000])
    }
  )

  test.each([
    ['99999999999', 259_200_000],
    ['-5', 10_000],
    ['soon', 10_000]
  ])('for "%s" seconds is left alone for %d ms', async (retryAfter, ms) => {
    const { clock, asked, ask } = refusing(retryAfter)
    ask()
    await clock.advance(10)
    ask()
    await clock.advance(ms)
    expect(asked).toEqual([0, ms])
  })
})

describe('an exchange that counts requests, and refuses with status 200', () => {
  const binance = createBinance('binance')
  const isBusy = ({ body }: RestAnswer): boolean => JSON.stringify(body).includes('Rate limit')
  const other: Exchange = {
    ...binance,
    rest: {
      ...binance.rest,
      quota: { max: 1, perMs: 1_000, used: () => null },
      refusal: found => (isBusy(found) ? { kind: 'rate-limited', waitMs: 5_000 } : null)
    }
  }
  const open = (bodies: readonly unknown[]) => {
    const clock = createVirtualClock(DAY)
    const asked: number[] = []
    const rest = createRest({
      exchange: other,
      url: 'http://exchange',
      clock,
      signal: new AbortController().signal,
      fetchJson: async () => {
        asked.push(clock.monotonicMs())
        return answer(200, bodies[asked.length - 1] ?? [])
      }
    })
    return { clock, asked, rest }
  }

  test('is asked as often as its quota says, also where that is less than one request in our share of it', async () => {
    const { clock, asked, rest } = open([])
    for (let n = 0; n < 3; n++) void rest.ask({ path: '/trades', cost: 1 })
    await clock.advance(2_500)
    expect(asked).toEqual([0, 1_000, 2_000])
  })

  test('is left alone for as long as its adapter reads from the answer', async () => {
    const { clock, asked, rest } = open([{ error: ['Rate limit exceeded'] }])
    const first = rest.ask({ path: '/trades', cost: 1 })
    const refused = expect(first).rejects.toThrow('too many requests; resting for 5000 ms')
    await clock.advance(10)
    await refused
    void rest.ask({ path: '/trades', cost: 1 })
    await clock.advance(6_000)
    expect(asked).toEqual([0, 5_000])
  })
})
