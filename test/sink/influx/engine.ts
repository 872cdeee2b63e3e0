import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../src/up/process/free-port.ts'
import { eventually } from '../../support/eventually.ts'
import { whyNoDocker } from '../../support/why-no-docker.ts'

/** A value of one field of one series, at one time. */
type Value = { readonly field: string; readonly time: number; readonly value: number }

/** A storage engine that others have written, behind the v2 write API. */
export type Engine = {
  readonly url: string
  /** What it holds of a measurement, booleans as 0 and 1. */
  readonly valuesOf: (measurement: string) => Promise<readonly Value[]>
  readonly stop: () => Promise<void>
}

/** The first of some programs that is installed; null when none is. */
const installed = (names: readonly string[]): string | null =>
  names.find(name => spawnSync('which', [name]).status === 0) ?? null

const IMAGE = 'victoriametrics/victoria-metrics:v1.79.5'
const victoriaMetrics = installed(['victoria-metrics', 'victoria-metrics-prod'])
const influxd = installed(['influxd'])
const isFirst = / v?1\./.test(spawnSync(influxd ?? 'false', ['version'], { encoding: 'utf8' }).stdout ?? '')

const launch = async (program: string, args: readonly string[], probe: string, folder: string) => {
  const child = spawn(program, args, { stdio: 'ignore' })
  const answers = (): Promise<boolean> =>
    fetch(probe).then(
      ({ ok }) => ok,
      () => false
    )
  await eventually(answers, () => `${program} does not answer; its exit code: ${child.exitCode}`)
  return async (): Promise<void> => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

const ask = async (url: string): Promise<string> => (await fetch(url)).text()

type Exported = {
  readonly metric: { readonly __name__: string }
  readonly values: number[]
  readonly timestamps: number[]
}

/** Installed, or else in a container that ends with its command. */
const launchVictoriaMetrics = (listen: string): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-victoria-'))
  const keep = '-retentionPeriod=100y'
  const probe = `http://${listen}/health`
  if (!victoriaMetrics) return launch('docker', ['run', '--rm', '-p', `${listen}:8428`, IMAGE, keep], probe, folder)
  return launch(victoriaMetrics, [`-storageDataPath=${folder}`, `-httpListenAddr=${listen}`, keep], probe, folder)
}

/** Keeps what was written again beside what was there. */
const startVictoriaMetrics = async (): Promise<Engine> => {
  const listen = `127.0.0.1:${await freePort(0)}`
  const url = `http://${listen}`
  const stop = await launchVictoriaMetrics(listen)
  const valuesOf = async (measurement: string): Promise<readonly Value[]> => {
    await ask(`${url}/internal/force_flush`)
    const text = await ask(`${url}/api/v1/export?match[]=${encodeURIComponent(`{__name__=~"${measurement}_.*"}`)}`)
    const series: readonly Exported[] = text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
    return series.flatMap(({ metric, values, timestamps }) =>
      values.map((value, at) => ({
        field: metric.__name__.slice(measurement.length + 1),
        time: timestamps[at]!,
        value
      }))
    )
  }
  return { url, valuesOf, stop }
}

const settingsOf = (folder: string, http: number, rpc: number): string => `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
[http]
bind-address = "127.0.0.1:${http}"
log-enabled = false
`

/** The path of the v2 API in front of one that has the engine, but not the path: what later versions have built in. */
const startShim = async (target: string): Promise<{ readonly url: string; readonly close: () => void }> => {
  const shim = createServer((message, response) => {
    const query = new URL(message.url ?? '/', target).searchParams
    const path = `/write?db=${query.get('bucket')}&precision=${query.get('precision')}`
    const { 'content-encoding': encoding } = message.headers
    const headers = encoding === undefined ? {} : { 'content-encoding': encoding }
    const onwards = request(target + path, { method: 'POST', headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    message.pipe(onwards)
  }).listen(0, '127.0.0.1')
  await once(shim, 'listening')
  const address = shim.address()
  const port = address && typeof address === 'object' ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, close: () => shim.close() }
}

type Answer = { readonly results: readonly { readonly series?: readonly Series[] }[] }
type Series = { readonly columns: readonly string[]; readonly values: readonly (readonly unknown[])[] }

/** InfluxDB 1: the storage engine that InfluxDB 2 has as well. */
const startInfluxd = async (): Promise<Engine> => {
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-influxd-'))
  const [http, rpc] = [await freePort(0), await freePort(0)]
  const config = join(folder, 'influxd.conf')
  writeFileSync(config, settingsOf(folder, http, rpc))
  const server = `http://127.0.0.1:${http}`
  const stop = await launch(influxd ?? '', ['-config', config], `${server}/ping`, folder)
  await fetch(`${server}/query?q=${encodeURIComponent('create database "crypto-data"')}`, { method: 'POST' })
  const shim = await startShim(server)
  const valuesOf = async (measurement: string): Promise<readonly Value[]> => {
    const select = `select * from ${measurement} group by *`
    const answer: Answer = JSON.parse(
      await ask(`${server}/query?db=crypto-data&epoch=ms&q=${encodeURIComponent(select)}`)
    )
    const series = answer.results.flatMap(result => result.series ?? [])
    return series.flatMap(({ columns, values }) =>
      values.flatMap(([time, ...fields]) =>
        fields.map((value, at) => ({ field: columns[at + 1]!, time: Number(time), value: Number(value) }))
      )
    )
  }
  const close = async (): Promise<void> => {
    shim.close()
    await stop()
  }
  return { url: shim.url, valuesOf, stop: close }
}

const whyNoVictoriaMetrics = victoriaMetrics ? null : whyNoDocker(IMAGE)

/** The engines that tests may use, and why one is not to be had here. */
export const engines = [
  {
    name: 'VictoriaMetrics',
    replaces: false,
    missing: whyNoVictoriaMetrics && `no victoria-metrics on the PATH, and ${whyNoVictoriaMetrics}`,
    start: startVictoriaMetrics
  },
  { name: 'InfluxDB 1', replaces: true, missing: isFirst ? null : 'no influxd 1 on the PATH', start: startInfluxd }
] as const
