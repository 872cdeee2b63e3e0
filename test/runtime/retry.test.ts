import { describe, expect, test } from '@jest/globals'
import { TickstreamError } from '../../src/market/error.ts'
import { bisect } from '../../src/runtime/bisect.ts'
import { retry } from '../../src/runtime/retry.ts'
import { fakeClock } from '../support/fake-clock.ts'

const away = (): TickstreamError => new TickstreamError('TS-AWAY', 'away')

const failing = (errors: readonly Error[]) => {
  const left = [...errors]
  return async (): Promise<string> => {
    const error = left.shift()
    if (error) throw error
    return 'done'
  }
}

const policy = () => ({ waits: { firstMs: 100, mostMs: 300 }, clock: fakeClock(), random: () => 1 })

describe('trying again', () => {
  test('waits longer after each failure in a row, and no longer than it may', async () => {
    const by = policy()
    expect(await retry(failing([away(), away(), away(), away()]), by)).toBe('done')
    expect(by.clock.slept).toEqual([100, 200, 300, 300])
  })

  test('begins with the shortest wait again where the work got somewhere', async () => {
    const by = { ...policy(), failures: { count: 0 } }
    const work = failing([away(), away(), away()])
    const counted = async (): Promise<string> => {
      if (by.failures.count === 2) by.failures.count = 0
      return work()
    }
    expect(await retry(counted, by)).toBe('done')
    expect(by.clock.slept).toEqual([100, 200, 100])
  })

  test('ends with the last failure after so many attempts, and tells of those before', async () => {
    const told: unknown[] = []
    const [first, second] = [away(), away()]
    const onFailure = (error: unknown): void => void told.push(error)
    const attempt = retry(failing([first, second]), { ...policy(), attempts: 2, onFailure })
    await expect(attempt).rejects.toBe(second)
    expect(told).toEqual([first])
  })

  test('is not done for what does not pass', async () => {
    const bad = new TickstreamError('TS-DATA', 'bad')
    await expect(retry(failing([bad]), policy())).rejects.toBe(bad)
    expect(await retry(failing([bad]), { ...policy(), mayPass: () => true })).toBe('done')
  })

  test('ends with the signal', async () => {
    const stop = new AbortController()
    const work = async (): Promise<never> => {
      stop.abort(new Error('stopped'))
      throw away()
    }
    await expect(retry(work, { ...policy(), signal: stop.signal })).rejects.toThrow('stopped')
  })
})

describe('bisection', () => {
  const run = async (items: readonly number[], isBad: (item: number) => boolean) => {
    const order: string[] = []
    await bisect(items, {
      work: async part => {
        if (part.some(isBad)) throw new TickstreamError('TS-DATA', 'bad')
        order.push(...part.map(String))
      },
      isRefusal: error => error instanceof TickstreamError,
      onRefused: async item => void order.push(`-${item}`)
    })
    return order
  }

  test('does all but what is refused by itself, in order', async () => {
    expect(await run([1, 2, 3, 4, 5], item => item === 2 || item === 5)).toEqual(['1', '-2', '3', '4', '-5'])
  })

  test('passes on what is no refusal', async () => {
    const down = new Error('down')
    const attempt = bisect([1, 2], {
      work: () => Promise.reject(down),
      isRefusal: () => false,
      onRefused: () => Promise.reject(new Error('refused'))
    })
    await expect(attempt).rejects.toBe(down)
  })
})
