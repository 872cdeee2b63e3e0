import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '../../src/up/process/free-port.ts'
import { eventually } from '../support/eventually.ts'

/** A server that speaks S3, where Python's moto is installed: `pip install 'moto[server]'`. */
export const HAS_MOTO = spawnSync('moto_server', ['--help']).status === 0

export type MotoServer = { readonly url: string; readonly stop: () => Promise<void> }

/** Starts it with an empty bucket. */
export const startMoto = async (bucket: string): Promise<MotoServer> => {
  const port = await freePort(5_555, 'moto')
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  const answers = (path: string, method: string) =>
    fetch(url + path, { method }).then(
      ({ ok }) => ok,
      () => false
    )
  await eventually(() => answers(`/${bucket}`, 'PUT'))
  const stop = async (): Promise<void> => {
    const ended = once(server, 'exit')
    server.kill('SIGKILL')
    await ended
  }
  return { url, stop }
}
