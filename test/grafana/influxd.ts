import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../src/up/process/free-port.ts'
import { eventually } from '../support/eventually.ts'

/** A row of an answer, by column; everything as text. */
type Row = Readonly<Record<string, string>>

/** An InfluxDB 2 of its own, with a bucket `b` of the organization `o`. */
export type Influxd = {
  /** Line protocol, times in milliseconds. */
  readonly write: (lines: readonly string[]) => Promise<void>
  readonly query: (flux: string) => Promise<readonly Row[]>
  /** Forgets all points. */
  readonly empty: () => Promise<void>
  readonly stop: () => Promise<void>
}

const PROGRAM = 'influxd'

/** Why there is none; null when `influxd` is installed in a version that speaks Flux by default. */
export const whyNoInfluxd = (): string | null => {
  const { stdout } = spawnSync(PROGRAM, ['version'], { encoding: 'utf8' })
  if (!stdout) return 'influxd is not installed'
  return /^InfluxDB (?:v?2\.|dev)/.test(stdout) ? null : 'influxd is not version 2'
}

const TOKEN = 'token'

/** Tables stand below each other, each under its head. */
const rowsOf = (csv: string): readonly Row[] =>
  csv.split(/\r?\n\r?\n/).flatMap(table => {
    const [names = [], ...rows] = table.split(/\r?\n/).map(line => line.split(','))
    return rows.map(cells => Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ''])))
  })

const start = async (folder: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => {
  const url = `http://127.0.0.1:${await freePort(0)}`
  const places = ['bolt-path', 'engine-path', 'sqlite-path'].map(name => `--${name}=${join(folder, name)}`)
  const child = spawn(PROGRAM, [...places, `--http-bind-address=${new URL(url).host}`, '--reporting-disabled'], {
    stdio: 'ignore'
  })
  const stop = async (): Promise<void> => {
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  await eventually(() =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false
    )
  )
  return { url, stop }
}

/** Starts one. */
export const startInfluxd = async (): Promise<Influxd> => {
  const { url, stop } = await start(mkdtempSync(join(tmpdir(), 'tickstream-influxd-')))
  const post = async (path: string, body: string, type = 'application/json'): Promise<string> => {
    const headers = { authorization: `Token ${TOKEN}`, 'content-type': type, accept: 'application/csv' }
    const answer = await fetch(`${url}/api/v2/${path}`, { method: 'POST', headers, body })
    const text = await answer.text()
    if (!answer.ok) throw new Error(text)
    return text
  }
  await post('setup', JSON.stringify({ username: 'user', password: 'password', org: 'o', bucket: 'b', token: TOKEN }))
  const all = JSON.stringify({ start: '1970-01-01T00:00:00Z', stop: '2100-01-01T00:00:00Z' })
  return {
    stop,
    write: async lines => void (await post('write?org=o&bucket=b&precision=ms', lines.join('\n'), 'text/plain')),
    query: async flux => rowsOf((await post('query?org=o', flux, 'application/vnd.flux')).trim()),
    empty: async () => void (await post('delete?org=o&bucket=b', all))
  }
}
