import { describe, expect, test } from '@jest/globals'
import { type Exit, type Running, supervise } from '../../src/up/process/supervise.ts'
import { fakeClock } from '../support/fake-clock.ts'

type Fake = Running & { readonly end: (exit: Exit) => void; stopped: boolean }

const fakeProcess = (): Fake => {
  const { promise, resolve } = Promise.withResolvers<Exit>()
  const fake: Fake = {
    ended: promise,
    end: resolve,
    stopped: false,
    stop: async () => {
      fake.stopped = true
      resolve({ code: 0, lastMessage: '' })
    }
  }
  return fake
}

/** A supervised process, everything said about it, and each of its lives as they begin. */
const setUp = (again?: () => Promise<Running>) => {
  const lives = [fakeProcess()]
  const births: (() => void)[] = []
  const said: string[] = []
  const interrupt = new AbortController()
  const restart = async (): Promise<Running> => {
    lives.push(fakeProcess())
    births.shift()?.()
    return lives.at(-1)!
  }
  const clock = fakeClock()
  const kept = supervise({
    name: 'aggregate',
    first: lives[0]!,
    again: again ?? restart,
    clock,
    print: line => said.push(line),
    signal: interrupt.signal,
    random: () => 1
  })
  const nextLife = (): Promise<void> => new Promise(resolve => births.push(resolve))
  return { lives, said, kept, clock, interrupt, nextLife }
}

describe('a supervised process', () => {
  test('is started again when it ends by itself, and that is said', async () => {
    const { lives, said, kept, nextLife } = setUp()
    const born = nextLife()
    lives[0]!.end({ code: 1, lastMessage: 'no broker' })
    await born
    expect(said[0]).toContain('aggregate ended (exit code 1: no broker)')
    await kept.stop()
    expect(lives).toHaveLength(2)
    expect(lives[1]!.stopped).toBe(true)
  })

  test('waits longer after each failure in a row', async () => {
    const { lives, kept, clock, nextLife } = setUp()
    for (let life = 0; life < 4; life++) {
      const born = nextLife()
      lives[life]!.end({ code: 1, lastMessage: '' })
      await born
    }
    await kept.stop()
    expect(clock.slept).toEqual([...clock.slept].sort((a, b) => a - b))
    expect(clock.slept.at(-1)).toBeGreaterThan(clock.slept[0]!)
  })

  test('is not started again when it was stopped', async () => {
    const { lives, kept, said } = setUp()
    await kept.stop()
    expect(lives).toHaveLength(1)
    expect(kept.state()).toBe('stopped')
    expect(said).toEqual([])
  })

  test('is not started again once everything is being stopped', async () => {
    const { lives, kept, interrupt } = setUp()
    interrupt.abort()
    lives[0]!.end({ code: 1, lastMessage: '' })
    await kept.stop()
    expect(lives).toHaveLength(1)
  })

  test('with wrong settings is given up, with what it said', async () => {
    const { lives, kept } = setUp()
    lives[0]!.end({ code: 2, lastMessage: 'GRACE_MS: "x" is not allowed' })
    await expect(kept.hopeless).rejects.toThrow('aggregate cannot run: GRACE_MS: "x" is not allowed')
    expect(lives).toHaveLength(1)
  })

  test('that cannot be started is tried again', async () => {
    const second = fakeProcess()
    const { promise: up, resolve } = Promise.withResolvers<void>()
    let attempts = 0
    const { lives, said, kept } = setUp(async () => {
      attempts++
      if (attempts === 1) throw new Error('port taken')
      resolve()
      return second
    })
    lives[0]!.end({ code: null, lastMessage: 'killed by SIGKILL' })
    await up
    await kept.stop()
    expect(said.join('\n')).toContain('aggregate could not be started: port taken')
    expect(second.stopped).toBe(true)
  })
})
