import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../src/up/process/free-port.ts'
import { TICKSTREAM } from './bench-servers.ts'
import { cpuSeconds, peakRssMiB } from './process-usage.ts'

/** A gateway that runs as a process of its own. */
export type BenchGateway = {
  readonly url: string
  readonly usage: () => { readonly cpuSeconds: number; readonly peakRssMiB: number }
  readonly stop: () => Promise<void>
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false
  )

/** `tickstream serve`, ready. */
export const startGateway = async (settings: Readonly<Record<string, string>>): Promise<BenchGateway> => {
  const port = await freePort(29_080, 'bench of the gateway')
  const env = { ...process.env, ...settings, HTTP_PORT: String(port), LOG_LEVEL: 'warn' }
  // node's own flags (--cpu-prof) go to the gateway alone.
  const flags = process.env.GATEWAY_NODE_FLAGS?.split(' ') ?? []
  const stage = spawn(process.execPath, [...flags, TICKSTREAM, 'serve'], {
    env,
    stdio: ['ignore', 'inherit', 'inherit']
  })
  const [url, pid] = [`http://127.0.0.1:${port}`, stage.pid ?? 0]
  while (!(await isReady(url))) {
    if (stage.exitCode !== null) throw new Error(`the gateway ended with ${stage.exitCode}`)
    await sleep(50)
  }
  return {
    url,
    usage: () => ({ cpuSeconds: cpuSeconds(pid), peakRssMiB: peakRssMiB(pid) }),
    stop: async () => {
      stage.kill('SIGTERM')
      if (stage.exitCode === null) await once(stage, 'exit')
    }
  }
}
