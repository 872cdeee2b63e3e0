import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { canonicalDecimal } from '../../src/market/decimal.ts'
import { RECORDED, recordedFrames, recordedKlines, recordedTrades } from '../support/recording.ts'
import { duckdbRows } from './lake-rows.ts'
import { GOLD, modelScene, told } from './model-scene.ts'

const SYMBOLS = [
  ['btcusdt', 'BTC/USDT'],
  ['ethusdt', 'ETH/USDT']
] as const

/** Trades to a file. */
const AT_ONCE = 2_000

/** The recording begins and ends inside a minute. */
const [FIRST_WHOLE, LAST_WHOLE] = [Date.UTC(2024, 7, 8, 23, 55), Date.UTC(2024, 7, 8, 23, 59)]

const HAS_PYARROW = spawnSync('python3', ['-c', 'import pyarrow']).status === 0

/** Prints a row a line, numbers as the files have them. */
const PYTHON = `
import sys, pyarrow as pa, pyarrow.parquet as pq
for path in sys.argv[1:]:
    table = pq.ParquetFile(path).read()
    for name, kind in (('price', pa.decimal128(18, 8)), ('quantity', pa.decimal128(19, 8)), ('quote_quantity', pa.decimal128(38, 18)), ('time', pa.timestamp('ms', tz='UTC'))):
        assert table.schema.field(name).type == kind, (name, table.schema.field(name).type)
    table = table.set_column(table.schema.get_field_index('time'), 'time', table['time'].cast(pa.int64()))
    for row in table.to_pylist():
        print(row['instrument'], row['trade_id'], f"{row['price']:f}", f"{row['quantity']:f}", row['time'], row['side'], row['via'])
`

/** The trades of the recording as the exchange wrote them, read without the product. */
const recordedRows = (native: string, symbol: string): readonly string[] =>
  recordedFrames(native)
    .filter(text => text.includes('@trade"'))
    .map(text => JSON.parse(text).data)
    .map(({ t, p, q, T, m }) => [symbol, t, canonicalDecimal(p), canonicalDecimal(q), T, m ? 'sell' : 'buy', 'stream'])
    .map(row => row.join(' '))

/** A row without the zeros that the scale of a column adds. */
const canonical = (row: string): string => {
  const [symbol, id, price = '', quantity = '', ...rest] = row.split(' ')
  return [symbol, id, canonicalDecimal(price), canonicalDecimal(quantity), ...rest].join(' ')
}

const describeRecorded = RECORDED ? describe : describe.skip

describeRecorded('a lake of recorded frames (skipped where ../shared/data is absent)', () => {
  let scene: ReturnType<typeof modelScene>
  let paths: readonly string[]
  const due = () => SYMBOLS.flatMap(([native, symbol]) => recordedRows(native, symbol)).sort()

  beforeAll(async () => {
    scene = modelScene()
    for (const [native, symbol] of SYMBOLS) {
      const trades = recordedTrades(native, symbol)
      for (let at = 0; at < trades.length; at += AT_ONCE) await scene.write(trades.slice(at, at + AT_ONCE))
    }
    paths = (await liveFiles(scene.store)).map(({ path }) => join(scene.lake, path))
  })
  afterAll(() => rmSync(scene.folder, { recursive: true, force: true }))

  test('DuckDB reads the trades of the recording, digit for digit', async () => {
    const list = paths.map(path => `'${path}'`)
    const rows = await duckdbRows(
      `select concat_ws(' ', instrument, trade_id, price, quantity, epoch_ms(time), side, via) as trade from read_parquet([${list}])`
    )
    expect(paths.length).toBeGreaterThan(SYMBOLS.length)
    expect(rows.map(({ trade }) => canonical(String(trade))).sort()).toEqual(due())
  })

  const withPyarrow = HAS_PYARROW ? test : test.skip
  const why = HAS_PYARROW ? '' : ' (left out: pyarrow is not installed)'
  withPyarrow(`pyarrow reads them too${why}`, () => {
    const said = execFileSync('python3', ['-c', PYTHON, ...paths], { encoding: 'utf8', maxBuffer: 64 << 20 })
    expect(said.trim().split('\n').map(canonical).sort()).toEqual(due())
  })

  test('gold equals the klines of the exchange in the whole minutes', async () => {
    await scene.build('lake.duckdb')
    const gold = (await scene.rows('lake.duckdb', GOLD)).map(told).filter(({ interval }) => interval === '1m')
    for (const [native, symbol] of SYMBOLS) {
      const minutes = new Map(gold.filter(of => of.instrument === symbol).map(of => [Number(of.openTime), of]))
      const whole = recordedKlines(native).filter(of => of.openTime >= FIRST_WHOLE && of.openTime <= LAST_WHOLE)
      expect(whole.length).toBe(5)
      for (const { openTime, ...money } of whole)
        expect(minutes.get(openTime)).toMatchObject(
          Object.fromEntries(Object.entries(money).map(([name, text]) => [name, canonicalDecimal(text)]))
        )
    }
  })
})
