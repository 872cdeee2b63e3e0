import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { RestAnswer } from '../../src/exchange/rest-interface.ts'
import { createHistory } from '../../src/ingest/history/history.ts'
import { createRest } from '../../src/ingest/transport/rest.ts'
import { TickstreamError } from '../../src/market/error.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { DAY } from '../support/market.ts'
import { silent } from '../support/silent.ts'
import { answer } from './fake-exchange.ts'
import { BTC } from './scene.ts'
import { createVirtualClock } from './virtual-clock.ts'

const EMPTY = answer(200, [])

/** History over answers given one after the other, the last one for ever. */
const historyOf = (...answers: readonly (RestAnswer | Error)[]) => {
  const clock = createVirtualClock(DAY + 15_000)
  const askedAtMs: number[] = []
  const stop = new AbortController()
  const shared = { exchange: createBinance('binance'), clock, signal: stop.signal }
  const rest = createRest({
    ...shared,
    url: 'http://exchange',
    fetchJson: async () => {
      const next = answers[Math.min(askedAtMs.length, answers.length - 1)]!
      askedAtMs.push(clock.monotonicMs())
      if (next instanceof Error) throw next
      return next
    }
  })
  const history = createHistory({
    ...shared,
    rest,
    log: silent,
    health: createHealth(),
    random: () => 0.5
  })
  return { clock, history, askedAtMs, stop }
}

describe('a request to history', () => {
  test('is repeated quickly at first, then less often, and never given up', async () => {
    const down = new TickstreamError('TS-AWAY', 'no answer')
    const { clock, history, askedAtMs } = historyOf(down, down, down, down, down, down, down, down, down, EMPTY)
    const page = history.trades(BTC, { id: 1, notBefore: null }, 1000)
    await clock.advance(60_000)
    expect(await page).toEqual([])
    const pauses = askedAtMs.slice(1).map((at, i) => at - askedAtMs[i]!)
    expect(pauses[0]).toBeLessThanOrEqual(100)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5_000)
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
  })

  test.each([429, 418])('rests as long as the exchange asks for after a %i, and so do all others', async status => {
    const { clock, history, askedAtMs } = historyOf(answer(status, null, { 'retry-after': '7' }), EMPTY)
    const first = history.trades(BTC, { id: 1, notBefore: null }, 1000)
    await clock.advance(1_000)
    const second = history.trades(BTC, { id: 2, notBefore: null }, 1000)
    await clock.advance(5_900)
    expect(askedAtMs).toHaveLength(1)
    await clock.advance(200)
    expect(await Promise.all([first, second])).toEqual([[], []])
    expect(Math.min(...askedAtMs.slice(1))).toBe(7_000)
  })

  test('waits for the next minute when the weight of this one is used up', async () => {
    const { clock, history, askedAtMs } = historyOf(answer(200, [], { 'x-mbx-used-weight-1m': '5900' }))
    await history.trades(BTC, { id: 1, notBefore: null }, 1000)
    const next = history.trades(BTC, { id: 2, notBefore: null }, 1000)
    await clock.advance(44_000)
    expect(askedAtMs).toHaveLength(1)
    await clock.advance(1_000)
    expect(await next).toEqual([])
    expect(askedAtMs[1]).toBe(45_000)
  })

  test('keeps its own count where the exchange does not say', async () => {
    const { clock, history, askedAtMs, stop } = historyOf(EMPTY)
    const pages = Promise.allSettled(
      Array.from({ length: 300 }, (_, i) => history.trades(BTC, { id: i, notBefore: null }, 1000))
    )
    await clock.advance(10_000)
    expect(askedAtMs.length * 25).toBeLessThanOrEqual(6_000 * 0.85)
    expect(askedAtMs.length).toBeGreaterThan(200)
    await clock.advance(60_000)
    expect((await pages).every(({ status }) => status === 'fulfilled')).toBe(true)
    stop.abort()
  })

  test('with a number of attempts fails after them', async () => {
    const { clock, history, askedAtMs } = historyOf(answer(500, 'oops'))
    const page = history.trades(BTC, { id: 1, notBefore: null }, 1000, 2).catch((error: unknown) => error)
    await clock.advance(10_000)
    expect(await page).toMatchObject({ retryable: true, message: expect.stringContaining('HTTP 500') })
    expect(askedAtMs).toHaveLength(2)
  })

  test('that is answered by nonsense is asked again', async () => {
    const { clock, history } = historyOf(answer(200, '<html>'), EMPTY)
    const page = history.trades(BTC, { id: 1, notBefore: null }, 1000)
    await clock.advance(1_000)
    expect(await page).toEqual([])
  })

  test('that is wrong in itself says what to check', async () => {
    const { clock, history } = historyOf(answer(400, { code: -1121, msg: 'Invalid symbol.' }))
    const page = history.trades(BTC, { id: 1, notBefore: null }, 1000, 1).catch((error: unknown) => error)
    await clock.advance(100)
    expect(await page).toMatchObject({ message: expect.stringMatching(/Invalid symbol.*SYMBOLS/) })
  })

  test('ends when the work is stopped', async () => {
    const { clock, history, stop } = historyOf(answer(500, null))
    const page = history.trades(BTC, { id: 1, notBefore: null }, 1000).catch((error: unknown) => error)
    await clock.advance(10)
    const reason = new Error('stopped')
    stop.abort(reason)
    expect(await page).toBe(reason)
  })
})
