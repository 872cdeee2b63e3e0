import { describe, expect, test } from '@jest/globals'
import { awaitReady, QUIET_MS } from '../../src/up/process/await-ready.ts'
import type { Host } from '../../src/up/process/host.ts'
import type { Running } from '../../src/up/process/supervise.ts'
import { handClock } from '../support/hand-clock.ts'

const scene = () => {
  const said: string[] = []
  const clock = handClock()
  const host: Host = { dataDir: '/', clock, print: line => said.push(line), signal: new AbortController().signal }
  let stops = 0
  const stop = async (): Promise<void> => {
    stops++
  }
  const server: Running = { ended: new Promise(() => undefined), stop }
  return { said, clock, host, server, stops: () => stops }
}

describe('a server that comes up', () => {
  test('is waited for as long as it gets on, and what it does is said', async () => {
    const { said, clock, host, server, stops } = scene()
    const TEN_MINUTES = 600_000
    const ready = async (): Promise<boolean> => clock.monotonicMs() > TEN_MINUTES
    const words = (): string => `recovering log ${Math.floor(clock.monotonicMs() / 60_000)} of 10\n`
    expect(await awaitReady(server, { name: 'Kafka', ready, output: words }, host)).toBe('ready')
    expect(stops()).toBe(0)
    expect(said.length).toBeGreaterThan(50)
    expect(said[0]).toMatch(/^Kafka is still coming up, for 1\d s; it says: recovering log 0 of 10$/)
  })

  test('that says nothing new any more is stopped', async () => {
    const { clock, host, server, stops } = scene()
    const words = (): string => 'the same'
    expect(await awaitReady(server, { name: 'Kafka', ready: async () => false, output: words }, host)).toBe('quiet')
    expect(stops()).toBe(1)
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(QUIET_MS)
  })

  test('and is found to be another one is stopped at once', async () => {
    const { host, server, stops } = scene()
    const ready = async (): Promise<boolean> => {
      throw new Error('another Kafka')
    }
    await expect(awaitReady(server, { name: 'Kafka', ready, output: () => '' }, host)).rejects.toThrow('another Kafka')
    expect(stops()).toBe(1)
  })
})
