import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Pool } from 'pg'
import { type Instrument, instrumentKey, parseInstrument } from '../../src/market/instrument.ts'
import type { InstrumentFacts } from '../../src/market/records/feed/instrument-facts.ts'
import { epochMs } from '../../src/market/time.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { postgresSink } from '../../src/sink/postgres/postgres-sink.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { outgoing } from '../../src/stream/topic.ts'
import { candles, instruments } from '../../src/topics.ts'
import { chartParams, chartViewOf } from '../../src/web/view/chart-view.ts'
import { hrefOf, parseRoute } from '../../src/web/view/route.ts'
import { closeGateways, filledGateway, get } from '../support/ask-gateway.ts'
import { candleAt } from '../support/candles.ts'
import { incoming } from '../support/records.ts'
import { testDatabase } from '../support/servers.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool

beforeAll(async () => {
  database = await testDatabase()
  pool = createPool(database.url, 'test')
  await migrate(pool, readMigrations())
})

afterAll(async () => {
  await closeGateways()
  await pool.end()
  await database.drop()
})

const factsOf = ({ exchange, symbol }: Instrument): InstrumentFacts => {
  const [base = '', quote = ''] = symbol.split('/')
  return {
    ...{ exchange, symbol, native: base + quote, base, quote, type: 'spot', contractType: null, assetClass: null },
    ...{ tickSize: '0.01', lotSize: '1', minSize: null, contractSize: null, status: 'TRADING', listedAt: null },
    ...{ expiresAt: null, sessions: null, delisted: false, checkedAt: epochMs(1_723_161_700_000) }
  }
}

/** A record as the broker hands it to a reader. */
const received = (record: ReturnType<typeof outgoing>) =>
  incoming({ topic: record.topic, key: Buffer.from(record.key), value: Buffer.from(record.value!) })

test.each([
  'binance:币安人生/USDT',
  'binance:我踏马来了/USDT',
  'kraken:BÖRSE/€UR',
  'sim:🚀/USDT',
  'kraken:AAPLx/USD',
  'hyperliquid:XYZ-GOLD/USDC:USDC'
])('%s is the same in topic, table, endpoint and the address of a screen', async key => {
  const instrument = parseInstrument(key)
  const facts = factsOf(instrument)
  const records = [received(outgoing(instruments, facts)), received(outgoing(candles['1m'], candleAt(0, instrument)))]
  expect(records.map(record => String(record.key))).toEqual([key, key])

  const sink = postgresSink(pool, 'test')
  const values = records.map(record => ({ value: sink.read(record)!, record }))
  expect(await sink.write({ values, advances: [] }, new AbortController().signal)).toBe('written')
  const { exchange, symbol } = instrument
  const where = 'where exchange = $1 and symbol = $2'
  const { rows } = await pool.query(
    `select native, (select count(*)::integer from candles ${where}) as candles from instruments ${where}`,
    [exchange, symbol]
  )
  expect(rows).toEqual([{ native: facts.native, candles: 1 }])

  const made = await filledGateway()
  made.give(instruments, facts)
  const answer = JSON.parse((await get(made, `/api/v1/instruments/${encodeURIComponent(key)}`)).text)
  expect(answer.instrument.facts).toEqual(facts)

  const view = chartViewOf({ instrument: key }, [{ key, intervals: ['1m'] }])
  const { pathname, search } = new URL(hrefOf('chart', chartParams(view)), 'http://gateway')
  expect(parseRoute(pathname, search).params.instrument).toBe(key)
  expect(instrumentKey(instrument)).toBe(key)
})
