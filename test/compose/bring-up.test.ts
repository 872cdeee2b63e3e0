import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Kafka } from 'kafkajs'
import pg from 'pg'
import { createKafka } from '../../src/kafka/client/client.ts'
import { readValues } from '../../src/kafka/read/table/read-values.ts'
import { INTERVALS } from '../../src/market/interval.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { rawTicks } from '../../src/topics.ts'
import { compareFinals } from '../kills/compare-finals.ts'
import { eventually } from '../support/eventually.ts'
import { byTopicAndKey, dueFinals, type Final, readFinals } from '../support/final-candles.ts'
import { silent } from '../support/silent.ts'
import { openProject, type Project } from './project.ts'
import { whyNoProject } from './why-no-compose.ts'

const STAGES = ['ingest', 'aggregate', 'analyze', 'alert', 'sink-postgres', 'sink-influx', 'serve']
const UP = ['up', '--detach', '--wait', '--wait-timeout', '120', ...STAGES]
const OPTIONS = { intervals: INTERVALS, gapHoldMs: 60_000, revisionHorizonMs: 600_000 }

/** Windows that do not begin where the one before ended, or whose trades do not follow on those before. */
const BREAKS = `select symbol, open_time, ended, first_trade_id, before from (
  select *, lag(close_time) over of_symbol as ended, lag(last_trade_id::numeric) over of_symbol as before
  from candles where interval = '1s' and status <> 'exchange' and trade_count > 0
  window of_symbol as (partition by symbol order by open_time)) as windows
where first_trade_id::numeric <> before + 1 or open_time < ended
  or last_trade_id::numeric - first_trade_id::numeric + 1 <> trade_count`

const why = whyNoProject()

;(why === null ? describe : describe.skip)(`the services${why ? ` (left out: ${why})` : ''}`, () => {
  let project: Project
  let kafka: Kafka

  const query = async (text: string, user = 'tickstream', password = project.settings.POSTGRES_PASSWORD) => {
    const port = Number(project.settings.POSTGRES_PORT)
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'tickstream' })
    await client.connect()
    return (await client.query(text).finally(() => client.end())).rows
  }
  const count = async (from: string): Promise<number> => Number((await query(`select count(*) from ${from}`))[0].count)

  beforeAll(async () => {
    project = await openProject()
    const brokers = [`127.0.0.1:${project.settings.KAFKA_PORT}`]
    kafka = createKafka({ brokers, ssl: false, sasl: null, compression: 'zstd' }, 'test', silent)
    await project.run('build', '--quiet')
  }, 300_000)
  afterAll(() => project.run('down', '--volumes', '--timeout', '10'), 120_000)

  test('come up healthy without an exchange, and candles of the simulated one reach the database', async () => {
    await project.run(...UP)
    await eventually(async () => (await count(`candles where interval = '5s' and status = 'traded'`)) > 0)
    expect(await query(`select distinct exchange from candles`)).toEqual([{ exchange: 'sim' }])
  }, 180_000)

  test('run as a user without rights, on a root that cannot be written', async () => {
    expect(await project.run('exec', '-T', 'ingest', 'id', '-u')).toBe('1000')
    await expect(project.run('exec', '-T', 'ingest', 'touch', '/app/x')).rejects.toThrow('Read-only file system')
  })

  test('keep what they keep in volumes that have a name', async () => {
    const volumes = await project.volumes()
    const named = volumes.filter(name => name.startsWith(`${project.settings.COMPOSE_PROJECT_NAME}_`))
    expect(volumes).toEqual(named)
    expect(named.length).toBeGreaterThan(3)
  })

  test('serve the API to who bears the token, and the dashboard to everybody', async () => {
    const url = `http://127.0.0.1:${project.settings.HTTP_PORT}`
    expect((await fetch(`${url}/api/v1/status`)).status).toBe(401)
    expect(await (await fetch(url)).text()).toContain('<title>tickstream</title>')
    const headers = { authorization: `Bearer ${project.settings.API_TOKEN}` }
    const candles = `${url}/api/v1/candles?exchange=sim&symbol=BTC/USDT&interval=1s&limit=5`
    await eventually(async () => (await (await fetch(candles, { headers })).text()).includes('"final":true'))
  })

  test('give InfluxDB the candles as well', async () => {
    const url = `http://127.0.0.1:${project.settings.INFLUX_PORT}/api/v1/series?match[]=ohlcv_close`
    await eventually(async () => (await (await fetch(url)).text()).includes('"exchange":"sim"'))
  })

  test('give Grafana a role that reads the database and changes nothing', async () => {
    await project.run('run', '--rm', '-T', 'grafana-role')
    const asReader = (text: string) => query(text, 'grafana_reader', project.settings.GRAFANA_READER_PASSWORD)
    expect(Number((await asReader('select count(*) from candles'))[0].count)).toBeGreaterThan(0)
    await expect(asReader('begin read write; delete from candles')).rejects.toThrow('permission denied')
  }, 60_000)

  test('go on where they were after `down` and `up`: no final is lost, none is doubled', async () => {
    await project.run('down')
    await project.run(...UP)
    const [{ now }] = await query('select now()::text as now')
    await eventually(async () => (await count(`candles where interval = '1s' and open_time > '${now}'`)) > 0)
    await project.run('stop', 'ingest')
    const ticks: readonly Tick[] = await readValues(kafka, '', rawTicks)
    const due = byTopicAndKey(dueFinals(OPTIONS, ticks))
    let finals: readonly Final[] = []
    const compared = () => compareFinals(byTopicAndKey(finals), due)
    await eventually(async () => {
      finals = await readFinals(kafka, '', OPTIONS)
      return compared().lost === 0
    }, compared)
    expect(compared()).toEqual({ lost: 0, doubled: 0, phantom: 0 })
    const windows = new Set(
      finals.map(({ value }) => JSON.parse(value)).map(c => `${c.symbol} ${c.interval} ${c.openTime}`)
    )
    await eventually(async () => (await count(`candles where status <> 'exchange'`)) === windows.size)
    expect(await query(BREAKS)).toEqual([])
    expect(await count(`gaps where status <> 'filled'`)).toBe(0)
  }, 240_000)

  test('leave nothing behind when they are taken down with their volumes', async () => {
    await project.run('down', '--volumes')
    expect(await project.run('ps', '--all', '--quiet')).toBe('')
    expect(await project.run('volumes', '--quiet')).toBe('')
  }, 120_000)
})
