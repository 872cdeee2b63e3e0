import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { systemClock } from '../../src/runtime/clock.ts'
import type { Host } from '../../src/up/process/host.ts'
import { endLeftover, type ServerPlan, startServer } from '../../src/up/process/server-process.ts'

let dataDir: string
let said: string[]
let interrupt: AbortController
let host: Host
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tickstream-server-'))
  said = []
  interrupt = new AbortController()
  host = { dataDir, clock: systemClock, print: line => said.push(line), signal: interrupt.signal }
})
afterEach(() => rmSync(dataDir, { recursive: true }))

/** A server whose whole work is `script`; it is ready once it has made the file `ready`. */
const planFor = (script: string): ServerPlan => {
  const ready = join(dataDir, 'ready')
  const mark = join(dataDir, 'server.mjs')
  writeFileSync(
    mark,
    `import { writeFileSync } from 'node:fs'\nconst ready = () => writeFileSync('${ready}', '')\n${script}`
  )
  return {
    name: 'Server',
    command: [process.execPath, mark],
    mark,
    logPath: join(dataDir, 'logs', 'server.log'),
    pidPath: join(dataDir, 'server.pid'),
    stopBy: 'SIGTERM',
    ready: async () => existsSync(ready)
  }
}

const SERVES = `setInterval(() => {}, 1000); process.on('SIGTERM', () => { console.log('clean'); process.exit(0) }); ready()`

describe('a server of our own', () => {
  test('is up when it answers, and is ended cleanly', async () => {
    const plan = planFor(SERVES)
    const server = await startServer(plan, host)
    expect(existsSync(plan.pidPath)).toBe(true)
    await server.stop()
    expect(readFileSync(plan.logPath, 'utf8')).toContain('clean')
    expect(existsSync(plan.pidPath)).toBe(false)
  })

  test('that ends at once is an error with its last words and its log', async () => {
    const plan = planFor(`console.error('No space left on device'); process.exitCode = 1`)
    await expect(startServer(plan, host)).rejects.toThrow(
      `Server does not come up: the disk is full: No space left on device (see ${plan.logPath})`
    )
  })

  test('is told apart from what an earlier one has said', async () => {
    const plan = planFor(`console.error('something else'); process.exitCode = 1`)
    mkdirSync(join(dataDir, 'logs'))
    writeFileSync(plan.logPath, 'No space left on device\n')
    await expect(startServer(plan, host)).rejects.toThrow('Server does not come up: something else (see')
  })

  test('that cannot be started at all is an error too', async () => {
    const plan: ServerPlan = { ...planFor(''), command: [join(dataDir, 'absent')] }
    await expect(startServer(plan, host)).rejects.toThrow(/ENOENT/)
  })

  test('is stopped when everything is stopped while it comes up', async () => {
    const plan = planFor(SERVES.replace('ready()', ''))
    const starting = startServer({ ...plan, ready: async () => interrupt.abort() ?? false }, host)
    await expect(starting).rejects.toThrow()
    expect(existsSync(plan.pidPath)).toBe(false)
  })

  test('that a killed session left behind is ended first', async () => {
    const plan = planFor(SERVES)
    const left = await startServer(plan, host)
    await endLeftover(plan, host)
    await left.ended
    expect(said.join()).toContain('still runs from a session that was killed')
  })

  test('is not mistaken for another program that has its old process id', async () => {
    const plan = planFor('')
    writeFileSync(plan.pidPath, String(process.pid))
    await endLeftover(plan, host)
    expect(said).toEqual([])
  })
})
