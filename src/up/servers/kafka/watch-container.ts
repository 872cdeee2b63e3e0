import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '../../process/host.ts'
import { runProgram } from '../../process/run-program.ts'
import type { Exit, Running } from '../../process/supervise.ts'
import { whyItEnded } from '../../process/why-it-ended.ts'

const KEPT_LINES = '200'

/** A container that runs, as a process of ours: `remove` ends it and takes it away; it does not outlive this process. */
export const watchContainer = (name: string, remove: () => Promise<void>, host: Host): Running => {
  const endWithUs = (): void =>
    spawn('docker', ['stop', name], { cwd: '/', detached: true, stdio: 'ignore' })
      .on('error', () => undefined)
      .unref()
  process.once('exit', endWithUs)
  const ended = endOf(name, host).finally(() => process.off('exit', endWithUs))
  const stop = async (): Promise<void> => {
    await runProgram('docker', ['stop', '--time', '30', name], { withinMs: 60_000 })
    await ended
    await remove()
  }
  return { ended, stop }
}

/** Waits for its end, and keeps what it said last: the container takes its log along. */
const endOf = async (name: string, { dataDir }: Host): Promise<Exit> => {
  const { output: code } = await runProgram('docker', ['wait', name], { withinMs: 0 })
  const { output } = await runProgram('docker', ['logs', '--tail', KEPT_LINES, name], { withinMs: 10_000 })
  const folder = join(dataDir, 'logs')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'kafka.log'), `${output}\n`)
  const said = whyItEnded(output, dataDir)
  return { code: null, lastMessage: `exit code ${code}: ${said} (see ${join(folder, 'kafka.log')})` }
}
