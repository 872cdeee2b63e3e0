import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { TickstreamError } from '../../src/market/error.ts'
import { freePort } from '../../src/up/process/free-port.ts'
import type { Host } from '../../src/up/process/host.ts'
import type { Running } from '../../src/up/process/supervise.ts'
import { type KafkaWay, startKafka } from '../../src/up/servers/start-kafka.ts'
import { fakeClock } from '../support/fake-clock.ts'

const server: Running = { ended: new Promise(() => undefined), stop: async () => undefined }
const works = (name: string): KafkaWay => ({ name, start: async () => server })
const fails = (name: string, why: string): KafkaWay => ({
  name,
  start: async () => {
    throw new TickstreamError('TS-SETUP', why)
  }
})

let dataDir: string
let said: string[]
let host: Host
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tickstream-start-kafka-'))
  said = []
  host = { dataDir, clock: fakeClock(), print: line => said.push(line), signal: new AbortController().signal }
})
afterEach(() => rmSync(dataDir, { recursive: true }))

describe('a broker of its own', () => {
  test('is started by the first way that works', async () => {
    const { by } = await startKafka(host, [works('Docker'), fails('jars', 'never asked')])
    expect(by).toBe('Docker')
    expect(said).toEqual([])
  })

  test('is started by the next way when one fails, and why is said', async () => {
    const { by } = await startKafka(host, [fails('Docker', 'Docker does not answer'), works('jars')])
    expect(by).toBe('jars')
    expect(said.join()).toContain('Docker does not answer')
  })

  test('that cannot be had is an error that says what to install', async () => {
    const start = startKafka(host, [fails('Docker', 'Docker does not answer'), fails('jars', 'Java is not installed')])
    await expect(start).rejects.toThrow(
      /KAFKA_BROKERS.*Docker.*Java 17 and Maven.*Docker does not answer.*Java is not installed/
    )
  })

  test('stays with the way that wrote its data', async () => {
    await startKafka(host, [fails('Docker', 'not today'), works('jars')])
    expect((await startKafka(host, [works('Docker'), works('jars')])).by).toBe('jars')
    await expect(startKafka(host, [works('Docker'), fails('jars', 'gone')])).rejects.toThrow(/holds the data.*gone/)
  })

  test('that holds data and cannot be started is never a reason to throw them away', async () => {
    await startKafka(host, [works('jars')])
    await expect(startKafka(host, [fails('jars', 'it is slow')])).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/fresh|remove|delete|anew/) })
    )
  })

  test('is of a cluster that no other folder has, at every start the same', async () => {
    const ids: string[] = []
    const way: KafkaWay = {
      name: 'jars',
      start: async (_host, _port, clusterId) => {
        ids.push(clusterId)
        return server
      }
    }
    const { again } = await startKafka(host, [way])
    await again()
    await startKafka(host, [way])
    await startKafka({ ...host, dataDir: mkdtempSync(join(dataDir, 'other-')) }, [way])
    expect(new Set(ids.slice(0, 3)).size).toBe(1)
    expect(ids[3]).not.toBe(ids[0])
    expect(ids[0]).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
  })

  test('of an installation from before that keeps the id that it has', async () => {
    writeFileSync(join(dataDir, 'kafka.json'), JSON.stringify({ port: 9092, by: 'jars' }))
    const ids: string[] = []
    await startKafka(host, [
      {
        name: 'jars',
        start: async (_host, _port, id) => {
          ids.push(id)
          return server
        }
      }
    ])
    expect(ids).toEqual(['5L6g3nShT-eMCtK--X86sw'])
  })

  test('takes the next free port when its own is taken', async () => {
    const first = await freePort(0)
    const blocker = createServer().listen(first, '127.0.0.1')
    const port = await freePort(first)
    blocker.close()
    expect(port).toBeGreaterThan(first)
  })
})
