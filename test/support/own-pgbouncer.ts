import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/runtime/clock.ts'
import { freePort } from '../../src/up/process/free-port.ts'
import { postgresUser } from '../../src/up/servers/postgres-user.ts'

/** Why no PgBouncer can be started here; null when one can. */
export const whyNoPgbouncer = (): string | null => {
  const { status, error } = spawnSync('pgbouncer', ['--version'])
  return status === 0 ? null : `no pgbouncer here: ${error?.message ?? `it ends with ${status}`}`
}

/** A pooler before a database. */
export type OwnPgbouncer = { readonly url: string; readonly close: () => Promise<void> }

const listens = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/** Starts PgBouncer with the settings that it comes with before the database of a URL, whose user it knows. */
export const startPgbouncer = async (url: string, mode: 'session' | 'transaction'): Promise<OwnPgbouncer> => {
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-pgbouncer-'))
  const target = new URL(url)
  const name = target.pathname.slice(1)
  const port = await freePort(16_432, 'PgBouncer')
  const user = await postgresUser()
  const file = (path: string, text: string): string => {
    writeFileSync(join(folder, path), text)
    if (user) chownSync(join(folder, path), user.uid, user.gid)
    return join(folder, path)
  }
  const users = file('users.txt', `"${target.username}" "${target.password}"\n`)
  const settings = file(
    'pgbouncer.ini',
    `[databases]\n${name} = host=${target.hostname} port=${target.port} dbname=${name}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = plain\nauth_file = ${users}\npool_mode = ${mode}\ndefault_pool_size = 4\n`
  )
  if (user) chownSync(folder, user.uid, user.gid)
  const child = spawn('pgbouncer', [settings], { stdio: 'ignore', ...user })
  const ended = once(child, 'exit')
  while (!(await listens(port))) await Promise.race([systemClock.sleep(50), ended])
  target.port = String(port)
  return {
    url: target.href,
    close: async () => {
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
