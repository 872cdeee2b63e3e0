import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { openCandleFile } from '../../src/research/bars/candle-file.ts'
import type { CandleRow } from '../../src/research/bars/candle-row.ts'
import { folder, START } from './candle-csv.ts'
import { COUNT, FORMS } from './candle-forms.ts'

const files = folder()
afterAll(files.remove)

const read = async (path: string) => {
  const said: string[] = []
  const { candles } = await openCandleFile(path, { allowGaps: false, onRead: line => said.push(line) })
  const rows: CandleRow[] = []
  for await (const row of candles) rows.push(row)
  return { rows, said }
}

const figures = ({ open, high, low, close, volume }: CandleRow) => [open, high, low, close, volume]

const wanted = (count: number, hasVolume: boolean) =>
  Array.from({ length: count }, (_, n) => [10 + n, 12.5 + n, 9.25 + n, 11 + n, hasVolume ? 3 + n : 0])

describe('candles are read, oldest first, as they are written by', () => {
  test.each(FORMS.map((form, n) => ({ ...form, n })))('$name', async ({ n, ending, content, stepMs, hasVolume }) => {
    const path = files.at(`form-${n}.${ending}`)
    writeFileSync(path, content)
    const { rows, said } = await read(path)
    expect(rows.map(figures)).toEqual(wanted(COUNT, hasVolume))
    const first = rows[0]!.openTime
    expect(rows.map(({ openTime }) => openTime)).toEqual(rows.map((_, n) => first + n * stepMs))
    expect([START, START + 86_399_000]).toContain(first)
    expect(said).toHaveLength(1)
    expect(said[0]).toContain(`${COUNT} candles`)
  })
})

const MADE = join(import.meta.dirname, 'forms')

describe('candles are read as pandas, freqtrade and yfinance made the file', () => {
  const made = readdirSync(MADE).filter(name => !/\.py$|two/.test(name))

  test.each(made)('%s', async name => {
    const { rows, said } = await read(join(MADE, name))
    expect(rows.map(figures)).toEqual(wanted(12, true))
    expect(rows[0]?.openTime).toBe(START)
    expect(/doubles/.test(said[0]!)).toBe(/feather|parquet/.test(name))
  })

  test('two instruments in one file are named', async () => {
    await expect(read(join(MADE, 'yfinance-two.csv'))).rejects.toThrow(
      /line 2: 2 instruments \(BTC-USD, ETH-USD\); give a file of one/
    )
  })
})
