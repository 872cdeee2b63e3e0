import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { freePort } from '../../src/up/process/free-port.ts'

const SOURCE = resolve('src/up/process/free-port.ts')

/** Another process of ours that has chosen a port, and does not listen on it yet. */
const chooser = async (wanted: number) => {
  const script = `import { freePort } from ${JSON.stringify(SOURCE)}
    console.log(await freePort(${wanted})); setInterval(() => undefined, 1_000_000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, 'tickstream'], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const [line] = await once(child.stdout, 'data')
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await once(child, 'exit')
  }
  return { port: Number(line), end }
}

describe('a free port', () => {
  test('that another process has chosen is not chosen again, until that process is gone', async () => {
    const wanted = (await freePort(0)) - 100
    const other = await chooser(wanted)
    try {
      expect(await freePort(other.port)).toBeGreaterThan(other.port)
    } finally {
      await other.end('SIGKILL')
    }
    expect(await freePort(other.port)).toBe(other.port)
  })

  test('is for one use; that one can have it again', async () => {
    const port = await freePort((await freePort(0)) - 100, 'aggregate')
    expect(await freePort(port, 'ingest')).not.toBe(port)
    expect(await freePort(port, 'aggregate')).toBe(port)
  })
})
